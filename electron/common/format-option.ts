import type { FormatInfo, FormatOption } from './contract.ts';

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

/** The extension of what an export with these options writes, without the dot; 'zip' also stands for a folder of the same files. */
export function extensionOf(
  { extension, alone, options }: FormatInfo,
  chosen: Readonly<Record<string, string | undefined>>,
): string | null {
  const valueOf = (name: string): string | undefined =>
    chosen[name] ?? options.find((option) => option.name === name)?.initial;
  const isAlone = Object.entries(alone ?? {}).every(([name, value]) => valueOf(name) === value);
  return isAlone ? extension : 'zip';
}
