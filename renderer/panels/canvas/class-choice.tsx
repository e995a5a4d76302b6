import { CircleSlash } from 'lucide-react';
import { activeCategory } from '../../store/label-set.ts';
import { useStudio } from '../../store/studio.ts';
import { PopoverButton } from '../../ui/popover-button.tsx';
import { colourStyle } from '../../ui/colour-style.ts';
import { DrawnClassList } from '../targets/drawn-class-list.tsx';
import styles from './class-choice.module.css';

/** The class of what is drawn next, and the way to another: by its number, or by typing a part of its name. */
export function ClassChoice() {
  const active = useStudio(activeCategory);
  return (
    <PopoverButton
      label={`Class of what is drawn next: ${active?.name ?? 'none'}`}
      shown={
        <>
          {active === null ? (
            <CircleSlash size={13} aria-hidden />
          ) : (
            <span className={styles['swatch']} style={colourStyle('--swatch', active.colour)} />
          )}
          <span className={styles['name']}>{active?.name ?? 'No class'}</span>
        </>
      }
      title="Choose the class to draw"
      popoverClassName={styles['popover'] ?? ''}
    >
      {(close) => <DrawnClassList onDone={close} />}
    </PopoverButton>
  );
}
