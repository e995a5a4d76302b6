/**
 * The files chosen after a click on one of several: one more or less, or with Shift all from where the range begins; those chosen
 * before stay.
 *
 * @param choosable paths in the order in which they are listed
 * @param from where a range begins: the one clicked last without Shift; null for nowhere
 */
export function chosenAfter({
  choosable,
  chosen,
  from,
  path,
  isRange,
}: {
  readonly choosable: readonly string[];
  readonly chosen: readonly string[];
  readonly from: string | null;
  readonly path: string;
  readonly isRange: boolean;
}): readonly string[] {
  if (!isRange) return chosen.includes(path) ? chosen.filter((other) => other !== path) : [...chosen, path];
  const [a, b] = [choosable.indexOf(from ?? path), choosable.indexOf(path)];
  const range = a < 0 ? [path] : choosable.slice(Math.min(a, b), Math.max(a, b) + 1);
  return [...new Set([...chosen, ...range])];
}
