import { Slider as Radix } from 'radix-ui';
import styles from './slider.module.css';

export function Slider({
  label,
  value,
  minimum,
  maximum,
  step,
  valueText,
  isDisabled = false,
  onValue,
  onRelease,
}: {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  /** The value as a person would say it. */
  readonly valueText: string;
  readonly isDisabled?: boolean;
  readonly onValue: (value: number) => void;
  /** The pointer or key was let go: the moment to save. */
  readonly onRelease?: (value: number) => void;
}) {
  return (
    <Radix.Root
      className={styles['root']}
      value={[value]}
      min={minimum}
      max={maximum}
      step={step}
      disabled={isDisabled}
      onValueChange={([next]) => {
        if (next !== undefined) onValue(next);
      }}
      onValueCommit={([next]) => {
        if (next !== undefined) onRelease?.(next);
      }}
    >
      <Radix.Track className={styles['track']}>
        <Radix.Range className={styles['range']} />
      </Radix.Track>
      <Radix.Thumb className={styles['thumb']} aria-label={label} aria-valuetext={valueText} />
    </Radix.Root>
  );
}
