import type { TurnRecord } from '../../electron/common/document/records.ts';
import { closeDialog, confirmed } from '../store/dialogs.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { showImage } from '../store/view.ts';
import { acceptDrafts, draftsOf, rejectDrafts } from '../store/writing.ts';
import { Button } from '../ui/button.tsx';
import { counted, formatCount } from '../ui/format.ts';
import styles from './muse.module.css';

/** More are not listed at once; deciding makes room. */
const mostListed = 100;

/** All questions of the project that wait for a decision. */
export function Drafts() {
  const turns = useStudio(({ document }) => document.turns);
  const images = useStudio(({ document }) => document.images);
  const drafts = draftsOf(turns);
  if (drafts.length === 0) return null;
  const decideAll = (verb: 'Accept' | 'Reject') => (): void =>
    reporting('The drafts are as they were', async () => {
      const isSure = await confirmed({
        title: `${verb} all ${counted(drafts.length, 'draft')}?`,
        text: 'One undo step takes it back.',
        confirm: `${verb} all`,
        danger: verb === 'Reject',
      });
      if (isSure) await (verb === 'Accept' ? acceptDrafts(drafts) : rejectDrafts(drafts));
    });
  return (
    <section className={styles['section']} aria-labelledby="muse-drafts">
      <div className={styles['row']}>
        <h3 id="muse-drafts" className={`${styles['sectionTitle']} ${styles['grow']}`}>
          {counted(drafts.length, 'draft')} to decide on
        </h3>
        <Button size="small" onClick={decideAll('Accept')}>
          Accept all…
        </Button>
        <Button size="small" onClick={decideAll('Reject')}>
          Reject all…
        </Button>
      </div>
      <ul className={styles['list']}>
        {drafts.slice(0, mostListed).map((turn) => (
          <Draft key={turn.id} turn={turn} image={images.get(turn.imageId)?.name ?? ''} />
        ))}
      </ul>
      {drafts.length > mostListed && (
        <p className={styles['muted']}>And {formatCount(drafts.length - mostListed)} more.</p>
      )}
    </section>
  );
}

function Draft({ turn, image }: { readonly turn: TurnRecord; readonly image: string }) {
  return (
    <li className={styles['item']}>
      <div className={styles['itemText']}>
        <p>{turn.question}</p>
        <p className={styles['muted']}>
          {turn.answer?.map(({ text }) => text).join('') ?? ''} · {image}
        </p>
      </div>
      <Button size="small" onClick={() => reporting('It is still a draft', () => acceptDrafts([turn]))}>
        Accept
      </Button>
      <Button
        size="small"
        onClick={() => {
          showImage(turn.imageId);
          closeDialog();
        }}
      >
        Go there
      </Button>
    </li>
  );
}
