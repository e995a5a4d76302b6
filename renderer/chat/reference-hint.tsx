import { useShallow } from 'zustand/react/shallow';
import type { Reference } from '../../electron/common/document/records.ts';
import type { Draft } from '../store/draft.ts';
import { useStudio } from '../store/studio.ts';
import styles from './composer.module.css';

/** While a question refers to targets: what the model is given of them. Told before it is asked, so that nobody takes words for a mask. */
export function ReferenceHint({ draft }: { readonly draft: Draft }) {
  const gone = useStudio(
    useShallow((state) =>
      draft.references.filter(({ annotationId }) => !state.document.annotations.has(annotationId)),
    ),
  );
  if (draft.references.length === 0) return null;
  return (
    <p className={styles['told']} role="status">
      {referenceHint(draft, gone)}
    </p>
  );
}

/** @param gone those whose target was deleted */
export function referenceHint({ text, references }: Draft, gone: readonly Reference[]): string {
  const told = [...new Set(references.map(({ words }) => words))].map((words) => `“${shortened(words)}”`);
  const numbered = references.find(({ start, end, words }) => isNumbered(text.slice(start, end), words));
  return [
    `The model reads ${told.join(', ')}; it does not see the ${references.length === 1 ? 'mask' : 'masks'}.`,
    numbered === undefined ? '' : `It cannot tell which “${shortened(numbered.words)}” you mean.`,
    gone.length === 0 ? '' : 'What is struck through was deleted; its words are still asked.',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function isNumbered(shown: string, words: string): boolean {
  return shown !== words && /\s\d+$/u.test(shown);
}

function shortened(words: string): string {
  return words.length <= 40 ? words : `${words.slice(0, 39)}…`;
}
