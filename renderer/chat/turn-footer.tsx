import { Copy, Pencil, RotateCcw, SquarePen, Trash2 } from 'lucide-react';
import type { TurnRecord } from '../../electron/common/document/records.ts';
import { deviceName } from '../store/device-name.ts';
import { setEditing } from '../store/chat.ts';
import { useStudio } from '../store/studio.ts';
import { reporting, showToast } from '../store/toasts.ts';
import { startWriting } from '../store/writing.ts';
import { IconButton } from '../ui/button.tsx';
import { formatDuration } from '../ui/format.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { removeQuestion, repeatQuestion } from './repeat-question.ts';
import styles from './turn.module.css';

/** How the answer came to be, and the tools for its question. */
export function TurnFooter({ turn }: { readonly turn: TurnRecord }) {
  const isAnswering = useStudio((state) => state.chat.streams.has(turn.imageId));
  const modelInUse = useStudio((state) => state.model?.name ?? null);
  return (
    <footer className={styles['footer']}>
      <Tooltip text={turnDetails(turn)} side="top">
        <span className={styles['facts']}>{turnFacts(turn, modelInUse)}</span>
      </Tooltip>
      <span className={styles['tools']}>
        <IconButton
          label="Ask again"
          size="small"
          disabled={isAnswering}
          onClick={() => repeatQuestion(turn)}
        >
          <RotateCcw size={14} aria-hidden />
        </IconButton>
        <IconButton
          label="Edit the question"
          size="small"
          disabled={isAnswering}
          onClick={() => setEditing(turn.id)}
        >
          <Pencil size={14} aria-hidden />
        </IconButton>
        <IconButton
          label="Edit question and answer by hand"
          size="small"
          disabled={isAnswering}
          onClick={() => startWriting(turn.imageId, turn)}
        >
          <SquarePen size={14} aria-hidden />
        </IconButton>
        <IconButton
          label="Copy the answer"
          size="small"
          disabled={turn.answer === null}
          onClick={() => copyAnswer(turn)}
        >
          <Copy size={14} aria-hidden />
        </IconButton>
        <IconButton label="Delete" size="small" disabled={isAnswering} onClick={() => removeQuestion(turn)}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </span>
    </footer>
  );
}

/** @param modelInUse its name is in the top bar already; another model's stands with the answer */
export function turnFacts(turn: TurnRecord, modelInUse: string | null): string {
  const outcomes = {
    answered: '',
    stopped: 'Stopped',
    limit: 'Stopped at the length limit',
    failed: 'Not answered',
  } as const;
  return [
    outcomes[turn.outcome],
    turn.stats === null ? '' : formatDuration(turn.stats.totalMs),
    turn.model === null || turn.model.name === modelInUse ? '' : turn.model.name,
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

function turnDetails(turn: TurnRecord): string {
  const { model, stats } = turn;
  const facts = [
    model === null ? '' : `${model.name}, ${model.precision}, ${deviceName(model.provider)}`,
    stats === null ? '' : `first word after ${formatDuration(stats.firstTokenMs)}`,
    stats === null ? '' : `${stats.tokensPerSecond.toFixed(1)} tokens a second`,
    stats === null || stats.reusedTokens === 0 ? '' : `${stats.reusedTokens} tokens kept from before`,
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? turnFacts(turn, null) : facts.join('; ');
}

function copyAnswer(turn: TurnRecord): void {
  const text = turn.answer?.map((part) => part.text).join('') ?? '';
  reporting('The answer was not copied', async () => {
    await navigator.clipboard.writeText(text);
    showToast({ tone: 'success', title: 'Answer copied' });
  });
}
