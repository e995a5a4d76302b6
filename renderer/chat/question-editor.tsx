import { useState } from 'react';
import type { TurnRecord } from '../../electron/common/document/records.ts';
import { setEditing } from '../store/chat.ts';
import type { Draft } from '../store/draft.ts';
import { Button } from '../ui/button.tsx';
import { counted } from '../ui/format.ts';
import { QuestionField } from './question-field.tsx';
import { ReferenceHint } from './reference-hint.tsx';
import { laterTurns, repeatQuestion } from './repeat-question.ts';
import styles from './turn.module.css';

/** Changes a question and asks it again in its place. */
export function QuestionEditor({ turn }: { readonly turn: TurnRecord }) {
  const [draft, setDraft] = useState<Draft>({ text: turn.question, references: turn.references });
  const later = laterTurns(turn);
  const canAsk = draft.text.trim() !== '';
  const askEdited = (): void => {
    if (canAsk) repeatQuestion(turn, draft);
  };
  return (
    <div className={styles['editor']}>
      <QuestionField
        id={`edit-${turn.id}`}
        label="Edit the question"
        imageId={turn.imageId}
        draft={draft}
        isFocusedAtStart
        onDraft={setDraft}
        onEnter={askEdited}
        onEscape={() => setEditing(null)}
      />
      <ReferenceHint draft={draft} />
      <div className={styles['editorActions']}>
        <span className={styles['editorHint']}>
          {later > 0 && `Replaces this answer and ${counted(later, 'later question')}.`}
        </span>
        <Button size="small" variant="ghost" onClick={() => setEditing(null)}>
          Cancel
        </Button>
        <Button size="small" variant="primary" disabled={!canAsk} onClick={askEdited}>
          Ask
        </Button>
      </div>
    </div>
  );
}
