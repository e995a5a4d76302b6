import { useStudio } from '../store/studio.ts';
import type { Reference } from '../../electron/common/document/records.ts';
import { questionPieces, type Referring } from '../../electron/common/document/references.ts';
import { DrawnChip, NothingChip } from './target-chip.tsx';
import styles from './question-text.module.css';

/** A question as it was asked: words that mean a target wear its colour and lead to it, as the phrases of an answer do. */
export function QuestionText({ asked }: { readonly asked: Referring }) {
  return (
    <p className={styles['question']}>
      {questionPieces(asked).map(({ text, start, reference }) =>
        reference === null ? text : <ReferenceChip key={start} text={text} reference={reference} />,
      )}
    </p>
  );
}

function ReferenceChip({ text, reference }: { readonly text: string; readonly reference: Reference }) {
  const annotation = useStudio((state) => state.document.annotations.get(reference.annotationId));
  const told = `The model was told “${shortened(reference.words)}”, not shown the mask`;
  if (annotation === undefined) return <NothingChip text={text} why={`This target was deleted. ${told}`} />;
  return <DrawnChip text={text} annotation={annotation} facts={told} />;
}

function shortened(words: string): string {
  return words.length <= 80 ? words : `${words.slice(0, 79)}…`;
}
