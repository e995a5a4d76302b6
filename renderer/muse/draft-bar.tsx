import type { TurnRecord } from '../../electron/common/document/records.ts';
import { reporting } from '../store/toasts.ts';
import { acceptDrafts, rejectDrafts, startWriting } from '../store/writing.ts';
import { Button } from '../ui/button.tsx';
import styles from './answer-editor.module.css';

/** Above a question that nobody has accepted yet: who wrote it, and what can become of it. */
export function DraftBar({ turn }: { readonly turn: TurnRecord }) {
  const who = turn.model === null ? '' : ` by ${turn.model.name}`;
  return (
    <div className={styles['bar']} role="group" aria-label="Draft">
      <span className={styles['barText']}>Draft{who}</span>
      <Button
        size="small"
        variant="primary"
        onClick={() => reporting('It is still a draft', () => acceptDrafts([turn]))}
      >
        Accept
      </Button>
      <Button size="small" onClick={() => startWriting(turn.imageId, turn)}>
        Edit
      </Button>
      <Button size="small" onClick={() => reporting('It is still a draft', () => rejectDrafts([turn]))}>
        Reject
      </Button>
    </div>
  );
}
