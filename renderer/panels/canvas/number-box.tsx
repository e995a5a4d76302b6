import { useState } from 'react';
import styles from './tool-options.module.css';

/** A number one can type; what cannot be read is put back when the field is left. */
export function NumberBox({
  label,
  value,
  range,
  unit,
  onValue,
}: {
  readonly label: string;
  readonly value: number;
  readonly range: { readonly smallest: number; readonly largest: number; readonly step?: number };
  readonly unit: string;
  readonly onValue: (value: number) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <span className={styles['number']}>
      <input
        type="number"
        aria-label={label}
        min={range.smallest}
        max={range.largest}
        step={range.step ?? 1}
        value={typed ?? value}
        onChange={(event) => {
          setTyped(event.target.value);
          const number = event.target.valueAsNumber;
          if (Number.isFinite(number) && number >= range.smallest && number <= range.largest) onValue(number);
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {unit}
    </span>
  );
}
