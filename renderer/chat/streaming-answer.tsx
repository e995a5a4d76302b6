import { LoaderCircle } from 'lucide-react';
import type { AnswerStream } from '../store/chat-state.ts';
import { counted, formatDuration } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { streamedSegments } from './answer-segments.ts';
import { StreamingChip } from './target-chip.tsx';
import styles from './answer.module.css';

/** An answer on its way: what it says so far, what the model is doing, for how long. */
export function StreamingAnswer({ stream }: { readonly stream: AnswerStream }) {
  return (
    <>
      {stream.text !== '' && (
        <p className={styles['answer']}>
          {streamedSegments(stream).map((segment) => {
            const target =
              segment.kind === 'target'
                ? stream.targets.find(({ targetId }) => targetId === segment.targetId)
                : undefined;
            return target === undefined ? (
              segment.text
            ) : (
              <StreamingChip key={segment.start} text={segment.text} target={target} />
            );
          })}
          <span className={styles['caret']} aria-hidden />
        </p>
      )}
      <StageLine stream={stream} />
    </>
  );
}

function StageLine({ stream }: { readonly stream: AnswerStream }) {
  const now = useNow(100);
  return (
    <div className={styles['stage']}>
      <LoaderCircle className={styles['spinner']} size={14} aria-hidden />
      <span role="status">{stageText(stream)}</span>
      <span className={styles['time']} aria-hidden>
        {formatDuration(Math.max(0, now - stream.startedAt))}
      </span>
    </div>
  );
}

export function stageText(stream: Pick<AnswerStream, 'stage' | 'position' | 'stopping' | 'targets'>): string {
  if (stream.stopping) return 'Stopping…';
  const drawn = stream.targets.filter((target) => target.drawn !== null).length;
  switch (stream.stage) {
    case 'queued':
      return stream.position === 0
        ? 'Starting'
        : `Waiting for ${counted(stream.position, 'question')} before this one`;
    case 'reading-image':
      return 'Reading the image';
    case 'thinking':
      return drawn === 0 ? 'Thinking' : `Thinking, ${counted(drawn, 'target')} drawn`;
    case 'drawing':
      return `Drawing target ${Math.max(1, stream.targets.length)}`;
  }
}
