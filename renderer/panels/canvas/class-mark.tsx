import { useShallow } from 'zustand/react/shallow';
import { type RefObject, useEffect, useRef } from 'react';
import { activeCategory } from '../../store/label-set.ts';
import { type CanvasSession, useCanvas } from '../../store/canvas-session.ts';
import { shownColour } from '../../store/shown-colour.ts';
import { type Studio, useStudio } from '../../store/studio.ts';
import { targetTitle } from '../../store/target-titles.ts';
import { toolOf } from '../../tools/all-tools.ts';
import { strokeAim } from '../../tools/next-stroke.ts';
import { colourStyle } from '../../ui/colour-style.ts';
import styles from './class-mark.module.css';

/** CSS pixels from the pointer, out of the way of what it points at. */
const offset = { x: 16, y: 18 };

/** Beside the pointer: the class of what is drawn next, or the target that the stroke goes on with. Moved outside React: it follows every move. */
export function ClassMark({ surface }: { readonly surface: RefObject<HTMLDivElement | null> }) {
  const mark = useRef<HTMLDivElement>(null);
  const session = useCanvas(useShallow(({ combine, held }) => ({ combine, held })));
  const shown = useStudio(useShallow((state) => markOf(state, session)));
  useEffect(() => {
    const pane = surface.current;
    if (pane === null) return undefined;
    const move = (event: PointerEvent): void => {
      if (mark.current === null) return;
      const bounds = pane.getBoundingClientRect();
      const [x, y] = [event.clientX - bounds.left + offset.x, event.clientY - bounds.top + offset.y];
      mark.current.style.transform = `translate(${x}px, ${y}px)`;
      mark.current.hidden = event.type === 'pointerleave';
    };
    pane.addEventListener('pointermove', move);
    pane.addEventListener('pointerleave', move);
    return () => {
      pane.removeEventListener('pointermove', move);
      pane.removeEventListener('pointerleave', move);
    };
  }, [surface]);
  return (
    <div ref={mark} className={styles['mark']} aria-hidden hidden data-class-mark>
      {shown !== null && (
        <span className={styles['words']}>
          {shown.sign}
          <span className={styles['swatch']} style={colourStyle('--swatch', shown.colour)} />
          <span className={styles['name']}>{shown.name}</span>
        </span>
      )}
    </div>
  );
}

/** @returns null where a stroke draws nothing, or something without a class */
function markOf(
  state: Studio,
  session: Pick<CanvasSession, 'combine' | 'held'>,
): { readonly sign: string; readonly name: string; readonly colour: string } | null {
  const { document, view } = state;
  if (view.imageId === null) return null;
  const id = view.selection.at(-1);
  const target = id === undefined ? undefined : document.annotations.get(id);
  const aim = strokeAim({ tool: toolOf(view.tool), session, hasActive: target !== undefined });
  if (aim === 'new') {
    const category = activeCategory(state);
    return category === null ? null : { sign: '', name: category.name, colour: category.colour };
  }
  if (aim === null || target === undefined) return null;
  const sign = aim === 'add' ? '+' : '−';
  return { sign, name: targetTitle(document, target), colour: shownColour(state, target) };
}
