import { useShallow } from 'zustand/react/shallow';
import { useCanvas } from '../../store/canvas-session.ts';
import { activeCategory } from '../../store/label-set.ts';
import { type Studio, useStudio } from '../../store/studio.ts';
import { targetTitle } from '../../store/target-titles.ts';
import { toolOf } from '../../tools/all-tools.ts';
import { nextStroke } from '../../tools/next-stroke.ts';
import { colourStyle } from '../../ui/colour-style.ts';
import { KeyCaps } from '../../ui/key-caps.tsx';
import styles from './next-stroke-words.module.css';

/** What the next stroke will do, with the keys that change it. Gives way to what a tool itself has to say. */
export function NextStrokeWords() {
  const tool = useStudio((state) => state.view.tool);
  const hasImage = useStudio((state) => state.view.imageId !== null);
  const known = useStudio(useShallow(knownOf));
  const session = useCanvas(useShallow(({ combine, held }) => ({ combine, held })));
  const hasHint = useCanvas((state) => state.hint !== null);
  const stroke = nextStroke({ tool: toolOf(tool), session, ...known });
  if (stroke === null || hasHint || !hasImage) return null;
  return (
    <div className={styles['words']} data-next-stroke>
      <span className={styles['does']}>
        {known.colour !== null && (
          <span className={styles['swatch']} style={colourStyle('--swatch', known.colour)} />
        )}
        {stroke.does}
      </span>
      {stroke.instead.map(({ key, does }) => (
        <span key={key} className={styles['instead']}>
          <KeyCaps combination={key} />
          <span className={styles['cut']}>{does.charAt(0).toLowerCase() + does.slice(1)}</span>
        </span>
      ))}
    </div>
  );
}

function knownOf(state: Studio) {
  const id = state.view.selection.at(-1);
  const target = id === undefined ? undefined : state.document.annotations.get(id);
  const category = activeCategory(state);
  return {
    active: target === undefined ? null : targetTitle(state.document, target),
    drawnClass: category?.name ?? null,
    colour: category?.colour ?? null,
  };
}
