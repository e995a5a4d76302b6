import { targetColours } from '../../electron/common/palette.ts';
import { classNames } from './class-names.ts';
import { colourStyle } from './colour-style.ts';
import styles from './colour-choice.module.css';

/** The palette's colours to choose from. */
export function ColourChoice({
  label,
  colour,
  onColour,
}: {
  readonly label: string;
  readonly colour: string;
  readonly onColour: (colour: string) => void;
}) {
  return (
    <div className={styles['colours']} role="group" aria-label={label}>
      {targetColours.map((choice, index) => (
        <button
          key={choice}
          type="button"
          className={classNames(styles['colour'], choice === colour && styles['chosen'])}
          style={colourStyle('--swatch', choice)}
          aria-label={`Colour ${index + 1}`}
          aria-pressed={choice === colour}
          onClick={() => onColour(choice)}
        />
      ))}
    </div>
  );
}
