import { Popover } from 'radix-ui';
import { ColourChoice } from './colour-choice.tsx';
import { colourStyle } from './colour-style.ts';
import styles from './colour-choice.module.css';

/** A colour that opens the palette when pressed. */
export function ColourButton({
  label,
  colour,
  onColour,
}: {
  readonly label: string;
  readonly colour: string;
  readonly onColour: (colour: string) => void;
}) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" className={styles['button']} aria-label={label}>
          <span className={styles['colour']} style={colourStyle('--swatch', colour)} />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles['popover']} align="start" sideOffset={4} aria-label={label}>
          <ColourChoice label={label} colour={colour} onColour={onColour} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
