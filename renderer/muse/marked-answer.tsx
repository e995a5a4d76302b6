import { phraseBefore } from '../../electron/common/text/phrases.ts';
import { colourStyle } from '../ui/colour-style.ts';
import { colourAt } from './masked-picture.tsx';
import styles from './muse.module.css';

/** An answer with {seg}, its phrases underlined in the colours of their masks. */
export function MarkedAnswer({ answer }: { readonly answer: string }) {
  return (
    <p className={styles['answer']}>
      {answer.split('{seg}').map((piece, index, pieces) => {
        // Pieces have no name of their own and never move.
        if (index === pieces.length - 1) return <span key={piece + String(index)}>{piece}</span>;
        const words = piece.replace(/ $/u, '');
        const { start, end } = phraseBefore(words, 0);
        return (
          <span key={piece + String(index)}>
            {words.slice(0, start)}
            <span className={styles['phrase']} style={colourStyle('--chip', colourAt(index))}>
              {words.slice(start, end)}
            </span>
            {words.slice(end)}
          </span>
        );
      })}
    </p>
  );
}
