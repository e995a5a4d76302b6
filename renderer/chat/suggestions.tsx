import { useEffect, useState } from 'react';
import type { ImageId } from '../../electron/common/document/records.ts';
import { ask, suggestions } from '../store/chat.ts';
import { reporting } from '../store/toasts.ts';
import styles from './suggestions.module.css';

/** Questions that make sense for this image, to start from. */
export function Suggestions({ imageId }: { readonly imageId: ImageId }) {
  const questions = useSuggestions(imageId);
  if (questions.length === 0) return null;
  return (
    <ul className={styles['list']} aria-label="Suggested questions">
      {questions.map((question) => (
        <li key={question}>
          <button
            type="button"
            className={styles['suggestion']}
            onClick={() => reporting('The question was not asked', () => ask({ imageId, question }))}
          >
            {question}
          </button>
        </li>
      ))}
    </ul>
  );
}

function useSuggestions(imageId: ImageId): readonly string[] {
  const [found, setFound] = useState<{
    readonly imageId: ImageId;
    readonly questions: readonly string[];
  } | null>(null);
  useEffect(() => {
    let isWanted = true;
    // Suggestions are a help, not an answer: without them the composer is still there.
    suggestions(imageId)
      .then((questions) => {
        if (isWanted) setFound({ imageId, questions });
      })
      .catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [imageId]);
  return found?.imageId === imageId ? found.questions.slice(0, 5) : [];
}
