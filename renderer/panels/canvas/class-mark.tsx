import { type RefObject, useEffect, useRef } from 'react';
import { activeCategory } from '../../store/label-set.ts';
import { useStudio } from '../../store/studio.ts';
import { makesTargets } from '../../tools/makes-targets.ts';
import { colourStyle } from '../../ui/colour-style.ts';
import styles from './class-mark.module.css';

/** CSS pixels from the pointer, out of the way of what it points at. */
const offset = { x: 16, y: 18 };

/** The class of what is drawn next, beside the pointer. Moved outside React: it follows every move. */
export function ClassMark({ surface }: { readonly surface: RefObject<HTMLDivElement | null> }) {
  const mark = useRef<HTMLDivElement>(null);
  const category = useStudio(activeCategory);
  const isDrawing = useStudio((state) => state.view.imageId !== null && makesTargets(state.view.tool));
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
  if (category === null || !isDrawing) return null;
  return (
    <div ref={mark} className={styles['mark']} aria-hidden hidden data-class-mark>
      <span className={styles['swatch']} style={colourStyle('--swatch', category.colour)} />
      <span className={styles['name']}>{category.name}</span>
    </div>
  );
}
