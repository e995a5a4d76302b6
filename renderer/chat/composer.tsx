import { ArrowUp, Square } from 'lucide-react';
import type { ImageId } from '../../electron/common/document/records.ts';
import { composerId } from '../actions/ask-about.ts';
import { askNext, draftOf, setDraft, stopAnswer, takeBackWaiting } from '../store/chat.ts';
import { openDialog } from '../store/dialogs.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { QuestionField } from './question-field.tsx';
import { ReferenceHint } from './reference-hint.tsx';
import styles from './composer.module.css';

export function Composer({ imageId }: { readonly imageId: ImageId }) {
  const draft = useStudio((state) => draftOf(state.chat, imageId));
  const isAnswering = useStudio((state) => state.chat.streams.has(imageId));
  const isStopping = useStudio((state) => state.chat.streams.get(imageId)?.stopping ?? false);
  const isWaiting = useStudio((state) => state.chat.waiting.has(imageId));
  const canAsk = draft.text.trim() !== '' && !isWaiting;
  const send = (): void => {
    if (!canAsk) return;
    reporting('The question was not asked', () => askNext(imageId, draft));
  };
  return (
    <div className={styles['composer']}>
      <ModelHint />
      <WaitingQuestion imageId={imageId} />
      <div className={styles['frame']}>
        <div className={styles['text']}>
          <QuestionField
            id={composerId}
            label="Ask about this image"
            imageId={imageId}
            draft={draft}
            onDraft={(next) => setDraft(imageId, next)}
            onEnter={send}
          />
        </div>
        {isAnswering ? (
          <IconButton
            label="Stop"
            variant="secondary"
            disabled={isStopping}
            onClick={() => stopAnswer(imageId)}
          >
            <Square size={12} fill="currentColor" aria-hidden />
          </IconButton>
        ) : (
          <IconButton label="Ask" variant="primary" disabled={!canAsk} onClick={send}>
            <ArrowUp size={16} aria-hidden />
          </IconButton>
        )}
      </div>
      <ReferenceHint draft={draft} />
    </div>
  );
}

/** Enter during an answer: the question stands in line, and can be taken back. */
function WaitingQuestion({ imageId }: { readonly imageId: ImageId }) {
  const text = useStudio((state) => state.chat.waiting.get(imageId)?.text ?? null);
  if (text === null) return null;
  return (
    <div className={styles['hint']} role="status">
      <span className={styles['waiting']}>Asked when this answer ends: {text}</span>
      <Button size="small" onClick={() => takeBackWaiting(imageId)}>
        Take back
      </Button>
    </div>
  );
}

/** Only when a question would not be answered: why, and the way to change it. */
function ModelHint() {
  const model = useStudio((state) => state.model);
  if (model === null || model.device !== null) return null;
  const text =
    model.state === 'loading'
      ? 'The model is loading. Your question waits for it.'
      : model.state === 'failed'
        ? (model.error?.message ?? 'The model could not be loaded.')
        : 'No model is loaded. It loads with your first question, or choose one.';
  return (
    <div className={styles['hint']}>
      <span>{text}</span>
      {model.state !== 'loading' && (
        <Button size="small" onClick={() => openDialog({ kind: 'models' })}>
          Models…
        </Button>
      )}
    </div>
  );
}
