import type { AnswerPart, TargetRecord } from '../../electron/common/document/records.ts';
import { segmentsOf } from './answer-segments.ts';
import { TargetChip } from './target-chip.tsx';
import styles from './answer.module.css';

/** A finished answer: a sentence with its phrases as chips. */
export function AnswerText({
  parts,
  targets,
}: {
  readonly parts: readonly AnswerPart[];
  readonly targets: readonly TargetRecord[];
}) {
  return (
    <p className={styles['answer']}>
      {segmentsOf(parts).map((segment) =>
        segment.kind === 'text' ? (
          segment.text
        ) : (
          <TargetChip
            key={segment.start}
            text={segment.text}
            target={targets.find(({ id }) => id === segment.targetId)}
          />
        ),
      )}
    </p>
  );
}
