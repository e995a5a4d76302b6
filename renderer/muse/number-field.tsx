import { useState } from 'react';
import { Field, TextInput } from '../ui/field.tsx';

/** A number as text: what is no number in the range is said and not taken over. Empty is null where that is allowed. */
export function NumberField({
  label,
  hint,
  value,
  min,
  max,
  isWhole = true,
  isOptional = false,
  onValue,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
  readonly isOptional?: boolean;
  readonly onValue: (value: number | null) => void;
}) {
  const [text, setText] = useState(value === null ? '' : String(value));
  const [problem, setProblem] = useState<string | null>(null);
  const take = (next: string): void => {
    setText(next);
    const number = next.trim() === '' ? null : Number(next.replace(',', '.'));
    const isFine =
      number === null
        ? isOptional
        : Number.isFinite(number) && number >= min && number <= max && (!isWhole || Number.isInteger(number));
    setProblem(isFine ? null : `${isWhole ? 'A whole number' : 'A number'} from ${min} to ${max}.`);
    if (isFine) onValue(number);
  };
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} problem={problem}>
      {(ids) => (
        <TextInput
          {...ids}
          inputMode="decimal"
          value={text}
          aria-invalid={problem !== null}
          onChange={(event) => take(event.target.value)}
        />
      )}
    </Field>
  );
}
