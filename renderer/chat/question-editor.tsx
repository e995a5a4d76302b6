import { useState } from 'react';
import type { TurnRecord } from '../../electron/common/document.ts';
import { setEditing } from '../store/chat.ts';
import { Button } from '../ui/button.tsx';
import { counted } from '../ui/format.ts';
import { GrowingTextArea } from '../ui/growing-text-area.tsx';
import { laterTurns, repeatQuestion } from './repeat-question.ts';
import styles from './turn.module.css';

/** Changes a question and asks it again in its place. */
export function QuestionEditor({ turn }: { readonly turn: TurnRecord }) {
  const [question, setQuestion] = useState(turn.question);
  const later = laterTurns(turn);
  const canAsk = question.trim() !== '';
  const askEdited = (): void => {
    if (canAsk) repeatQuestion(turn, question);
  };
  return (
    <div className={styles['editor']}>
      <GrowingTextArea
        label="Edit the question"
        value={question}
        isFocusedAtStart
        onValue={setQuestion}
        onEnter={askEdited}
        onEscape={() => setEditing(null)}
      />
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
