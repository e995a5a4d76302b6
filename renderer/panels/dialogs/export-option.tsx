import type { FormatOption } from '../../../electron/common/contract.ts';
import { isValueOf } from '../../../electron/common/format-option.ts';
import { Field, Select, TextInput } from '../../ui/field.tsx';

/** Stands in the list for every value that is typed. */
const typed = '…';

/** One option of a format: its choices, and a field for any other value where the format takes one. */
export function ExportOption({
  option,
  value,
  onValue,
}: {
  readonly option: FormatOption;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const { label, choices, other } = option;
  const isTyped = other !== undefined && choices.every((choice) => choice.value !== value);
  return (
    <>
      {choices.length > 0 && (
        <Field label={label}>
          {(ids) => (
            <Select
              {...ids}
              options={[
                ...choices,
                ...(other === undefined ? [] : [{ value: typed, label: `${other.label}…` }]),
              ]}
              value={isTyped ? typed : value}
              onValue={(next) => onValue(next === typed && other !== undefined ? other.example : next)}
            />
          )}
        </Field>
      )}
      {isTyped && (
        <Field
          label={choices.length > 0 ? other.label : label}
          hint={hintOf(other.hint)}
          problem={isValueOf(option, value) ? null : hintOf(other.hint)}
        >
          {(ids) => (
            <TextInput
              {...ids}
              value={value}
              maxLength={40}
              aria-invalid={!isValueOf(option, value)}
              onChange={(event) => onValue(event.target.value.trim())}
            />
          )}
        </Field>
      )}
    </>
  );
}

function hintOf(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
