/** Computes again only when one of the `parts` is another than last time. */
export function lastOne<Input, Result>(
  compute: (input: Input) => Result,
  parts: (input: Input) => readonly unknown[],
): (input: Input) => Result {
  let last: { readonly parts: readonly unknown[]; readonly result: Result } | null = null;
  return (input) => {
    const now = parts(input);
    if (
      last !== null &&
      last.parts.length === now.length &&
      now.every((part, at) => part === last?.parts[at])
    ) {
      return last.result;
    }
    last = { parts: now, result: compute(input) };
    return last.result;
  };
}
