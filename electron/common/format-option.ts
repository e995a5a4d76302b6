import type { FormatOption } from './contract.ts';

/** Whether the option takes the value: one of its choices, or what stands for any other. */
export function isValueOf({ choices, other }: FormatOption, value: string): boolean {
  return (
    choices.some((choice) => choice.value === value) ||
    (other !== undefined && new RegExp(`^(?:${other.pattern})$`, 'u').test(value))
  );
}

/** Whether the option changes anything, as the others are chosen. */
export function isApplicable(
  { onlyWhen }: FormatOption,
  chosen: Readonly<Record<string, string | undefined>>,
): boolean {
  if (onlyWhen === undefined) return true;
  const { option, value, not = [] } = onlyWhen;
  const other = chosen[option];
  return (value === undefined || other === value) && !(other !== undefined && not.includes(other));
}
