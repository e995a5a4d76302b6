import { useState } from 'react';
import type { ComparisonCard, ComparisonReport } from '../../electron/common/muse/evaluation-messages.ts';
import { Button } from '../ui/button.tsx';
import { letterOf } from './comparison-table.tsx';
import { MaskedPicture } from './masked-picture.tsx';
import styles from './muse.module.css';

const orders = [
  { id: 'changed', label: 'Changed most' },
  { id: 'worst', label: 'Worst' },
] as const;

/** The questions to look at: what was wanted and what each said, masks side by side. */
export function ComparisonCards({ report }: { readonly report: ComparisonReport }) {
  const [order, setOrder] = useState<'changed' | 'worst'>('changed');
  const cards = report[order];
  return (
    <section className={styles['section']} aria-label="Questions to look at">
      <div className={styles['row']}>
        {orders.map(({ id, label }) => (
          <Button
            key={id}
            size="small"
            aria-pressed={order === id}
            variant={order === id ? 'primary' : 'secondary'}
            onClick={() => setOrder(id)}
          >
            {label}
          </Button>
        ))}
      </div>
      {cards.length === 0 && <p className={styles['muted']}>Nothing.</p>}
      <div className={styles['cards']}>
        {cards.map((card) => (
          <Card key={`${order} ${card.image} ${card.question}`} card={card} />
        ))}
      </div>
    </section>
  );
}

function Card({ card }: { readonly card: ComparisonCard }) {
  const { question, image, kinds, picture, width, height, wanted, answers } = card;
  const drawn = { picture, width, height };
  return (
    <article className={styles['card']} aria-label={question}>
      <p>
        <span className={styles['strong']}>{question}</span>{' '}
        <span className={styles['muted']}>{[image, ...kinds].join(' · ')}</span>
      </p>
      <div className={styles['figures']}>
        <figure className={styles['figure']}>
          <MaskedPicture {...drawn} masks={wanted.masks} label="Wanted" />
          <figcaption>
            <strong>Wanted</strong> {wanted.text}
          </figcaption>
        </figure>
        {answers.map(({ text, iou, named, targets, masks }, index) => (
          <figure key={letterOf(index)} className={styles['figure']}>
            <MaskedPicture {...drawn} masks={masks} label={`Answer ${letterOf(index)}`} />
            <figcaption>
              <strong>{letterOf(index)}</strong> {text}
              <br />
              <span className={styles['muted']}>
                {iou === null ? `${named} named` : `IoU ${iou.toFixed(3)}, ${named} named for ${targets}`}
              </span>
            </figcaption>
          </figure>
        ))}
      </div>
    </article>
  );
}
