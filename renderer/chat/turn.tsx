import { memo } from 'react';
import { CircleAlert, Info } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import type { AnnotationId, TargetRecord, TurnRecord } from '../../electron/common/document/records.ts';
import { openDialog } from '../store/dialogs.ts';
import { commit } from '../store/edit.ts';
import { targetsOf } from '../../electron/common/document/views.ts';
import { useStudio } from '../store/studio.ts';
import { changedTargets } from '../../electron/common/document/target-edits.ts';
import { AnswerEditor } from '../muse/answer-editor.tsx';
import { DraftBar } from '../muse/draft-bar.tsx';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { counted } from '../ui/format.ts';
import { AnswerText } from './answer-text.tsx';
import { QuestionEditor } from './question-editor.tsx';
import { QuestionText } from './question-text.tsx';
import { repeatQuestion } from './repeat-question.ts';
import { TurnFooter } from './turn-footer.tsx';
import styles from './turn.module.css';

/** One question with its answer, and everything that can be done with the two. Memoised: words stream in below it. */
export const Turn = memo(function Turn({
  turn,
  isLast,
}: {
  readonly turn: TurnRecord;
  readonly isLast: boolean;
}) {
  const targets = useStudio((state) => targetsOf(state.document, turn.id));
  const isEditing = useStudio((state) => state.chat.editing === turn.id);
  const writing = useStudio((state) => state.chat.writing.get(turn.imageId));
  if (writing?.turnId === turn.id) return <AnswerEditor imageId={turn.imageId} writing={writing} />;
  return (
    <article className={classNames(styles['turn'], isLast && styles['last'])} aria-label={turn.question}>
      {turn.draft && <DraftBar turn={turn} />}
      {isEditing ? <QuestionEditor turn={turn} /> : <QuestionText asked={turn} />}
      <div className={styles['body']}>
        {turn.answer !== null && turn.answer.length > 0 && (
          <AnswerText parts={turn.answer} targets={targets} />
        )}
        {turn.notes.map((note) => (
          <p key={note} className={styles['note']}>
            <Info size={13} aria-hidden />
            {note}
          </p>
        ))}
        {turn.outcome === 'failed' && <Failure turn={turn} />}
        <Review targets={targets} />
        <TurnFooter turn={turn} />
      </div>
    </article>
  );
});

function Failure({ turn }: { readonly turn: TurnRecord }) {
  return (
    <div className={styles['failure']} role="alert">
      <CircleAlert size={15} aria-hidden />
      <div>
        <p>{turn.error?.message ?? 'The question was not answered.'}</p>
        <div className={styles['failureActions']}>
          <Button size="small" onClick={() => repeatQuestion(turn)}>
            Ask again
          </Button>
          {isAboutModel(turn) && (
            <Button size="small" onClick={() => openDialog({ kind: 'models' })}>
              Models…
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** Asking again helps little while the model is the trouble. */
function isAboutModel({ error }: TurnRecord): boolean {
  return /^(?:no-model|model-|provider-)/u.test(error?.code ?? '');
}

/** What of this answer still waits for a decision. */
function Review({ targets }: { readonly targets: readonly TargetRecord[] }) {
  // Compared one by one: a change of any other target's mask renders no turn of the conversation.
  const proposed = useStudio(
    useShallow(({ document }) =>
      targets.flatMap(({ annotationId }): readonly AnnotationId[] =>
        annotationId !== null && document.annotations.get(annotationId)?.review === 'proposed'
          ? [annotationId]
          : [],
      ),
    ),
  );
  if (proposed.length === 0) return null;
  const decide = (review: 'accepted' | 'rejected', label: string): void => {
    void commit(
      label,
      changedTargets(useStudio.getState().document, proposed, () => ({ review })),
    );
  };
  return (
    <div className={styles['review']}>
      <span>{counted(proposed.length, 'target')} to review</span>
      <Button size="small" onClick={() => decide('accepted', 'Accept targets')}>
        Accept all
      </Button>
      <Button size="small" variant="ghost" onClick={() => decide('rejected', 'Reject targets')}>
        Reject all
      </Button>
    </div>
  );
}
