import { type KeyboardEvent, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { BrowseRow } from '../../electron/common/muse/evaluation-messages.ts';
import { listMuseQuestions, type OpenedFile, showMuseQuestion } from '../store/muse.ts';
import { Field, Select, TextInput } from '../ui/field.tsx';
import { counted, formatCount } from '../ui/format.ts';
import { colourStyle } from '../ui/colour-style.ts';
import { MarkedAnswer } from './marked-answer.tsx';
import { colourAt, MaskedPicture } from './masked-picture.tsx';
import { NumberField } from './number-field.tsx';
import { useAnswer } from './use-answer.ts';
import styles from './muse.module.css';

const rowHeight = 48;
/** A longer list is narrowed down rather than scrolled. */
const mostListed = 500;

type Found = { readonly total: number; readonly rows: readonly BrowseRow[] };

/** The questions that fit what is asked for, and the one that is chosen with its masks. */
export function BrowseFinder({
  path,
  images,
  opened,
}: {
  readonly path: string;
  readonly images: string | null;
  readonly opened: OpenedFile;
}) {
  const [words, setWords] = useState('');
  const [category, setCategory] = useState('');
  const [fewest, setFewest] = useState<number | null>(null);
  const [most, setMost] = useState<number | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const search = {
    ...{ path, words, category: category === '' ? null : category },
    ...{ fewestTargets: fewest ?? 0, mostTargets: most, limit: mostListed },
  };
  const found = useAnswer(JSON.stringify(search), (signal) => listMuseQuestions(search, signal));
  // What was found last stays in sight while a person goes on typing.
  const [last, setLast] = useState<Found>({ total: 0, rows: [] });
  if (found.state === 'here' && found.result !== last) setLast(found.result);
  const { total, rows } = last;
  const shown = rows.find(({ key }) => key === chosen) ?? rows[0];
  return (
    <div className={styles['browser']}>
      <div className={styles['finder']}>
        <Field label="Words">
          {(ids) => (
            <TextInput
              {...ids}
              data-autofocus
              type="search"
              placeholder="cup table"
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
        <Field label="Category">
          {(ids) => (
            <Select
              {...ids}
              options={[
                { value: '', label: 'Any' },
                ...opened.categories.map(({ name, count }) => ({
                  value: name,
                  label: `${name} (${formatCount(count)})`,
                })),
              ]}
              value={category}
              onValue={setCategory}
            />
          )}
        </Field>
        <div className={styles['fields']}>
          <NumberField
            label="Targets, from"
            value={fewest}
            min={0}
            max={10_000}
            isOptional
            onValue={setFewest}
          />
          <NumberField label="to" value={most} min={0} max={10_000} isOptional onValue={setMost} />
        </div>
        {found.state === 'failed' ? (
          <p className={styles['problem']} role="alert">
            {found.message}
          </p>
        ) : (
          <p className={styles['muted']} role="status">
            {counted(total, 'question')}
            {total > rows.length && `; the first ${formatCount(rows.length)} are listed`}
          </p>
        )}
        <Results rows={rows} chosen={shown?.key ?? null} onChoose={setChosen} />
      </div>
      {shown !== undefined && (
        <Shown key={`${shown.key} ${images ?? ''}`} path={path} images={images} row={shown} />
      )}
    </div>
  );
}

function Results({
  rows,
  chosen,
  onChoose,
}: {
  readonly rows: readonly BrowseRow[];
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const at = rows.findIndex(({ key }) => key === chosen);
  const press = (event: KeyboardEvent): void => {
    const goal = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + 10,
      PageUp: at - 10,
    }[event.key];
    if (goal === undefined || rows.length === 0) return;
    event.preventDefault();
    const index = Math.min(rows.length - 1, Math.max(0, goal));
    onChoose(rows[index]?.key ?? '');
    virtual.scrollToIndex(index);
  };
  return (
    <div
      ref={list}
      className={styles['results']}
      role="listbox"
      aria-label="Questions of the file"
      aria-activedescendant={chosen === null ? undefined : `browse-${chosen}`}
      tabIndex={0}
      onKeyDown={press}
    >
      <div style={{ height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return (
            row !== undefined && (
              // The list itself has the focus and the keys; its options only take clicks.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div
                key={row.key}
                id={`browse-${row.key}`}
                role="option"
                aria-selected={row.key === chosen}
                className={styles['result']}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => onChoose(row.key)}
              >
                <span className={styles['one']}>{row.question}</span>
                <span className={`${styles['muted']} ${styles['one']}`}>
                  {counted(row.targets, 'target')} · {row.image}
                </span>
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function Shown({
  path,
  images,
  row,
}: {
  readonly path: string;
  readonly images: string | null;
  readonly row: BrowseRow;
}) {
  const asked = useAnswer(JSON.stringify([path, images, row.key]), (signal) =>
    showMuseQuestion({ path, images, key: row.key }, signal),
  );
  if (asked.state === 'failed')
    return (
      <p className={styles['problem']} role="alert">
        {asked.message}
      </p>
    );
  if (asked.state !== 'here') return <p className={styles['muted']}>Reading…</p>;
  const { question, answer, targets, faults, kinds, image, width, height, picture } = asked.result;
  return (
    // What scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles['detail']} aria-label="The question" tabIndex={0}>
      <p className={styles['question']}>{question}</p>
      {answer === null ? (
        <p className={styles['muted']}>
          The file has no text for it; its loader builds one from the names below.
        </p>
      ) : (
        <MarkedAnswer answer={answer} />
      )}
      <MaskedPicture
        picture={picture}
        width={width}
        height={height}
        masks={targets.map(({ mask }) => mask)}
        label={image}
      />
      <ul className={styles['list']}>
        {targets.map(({ name, category }, index) => (
          // Targets have no name of their own and never move.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className={styles['item']}>
            <span className={styles['swatch']} style={colourStyle('--chip', colourAt(index))} aria-hidden />
            <span className={styles['itemText']}>
              {name === '' ? category : name}
              {category !== '' && category !== name && <span className={styles['muted']}> {category}</span>}
            </span>
          </li>
        ))}
      </ul>
      <p className={styles['muted']}>{[image, ...kinds].join(' · ')}</p>
      {faults.map((fault) => (
        <p key={fault} className={styles['note']}>
          {fault}
        </p>
      ))}
    </section>
  );
}
