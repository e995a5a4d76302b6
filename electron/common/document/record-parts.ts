import type { Diff, Entity } from './records.ts';

/** How many records, and how many characters of what may be long in them, are handled in one go. */
export interface PartSize {
  readonly records: number;
  readonly characters: number;
}

/** Records cut into pieces of at most that size; one that is larger by itself is a piece of its own. No more than a piece is gathered at a time. */
export function* recordParts<T>(
  records: Iterable<T>,
  size: PartSize,
  charactersIn: (record: T) => number,
): Generator<readonly T[]> {
  let part: T[] = [];
  let characters = 0;
  for (const record of records) {
    const more = charactersIn(record);
    if (part.length > 0 && (part.length >= size.records || characters + more > size.characters)) {
      yield part;
      [part, characters] = [[], 0];
    }
    part.push(record);
    characters += more;
  }
  if (part.length > 0) yield part;
}

/** A change whose records need not be in memory. */
export interface LongDiff {
  readonly added: Iterable<Entity>;
  readonly changed: Iterable<readonly [Entity, Entity]>;
  readonly removed: Iterable<Entity>;
}

/** The change cut into pieces of at most that size, what is added first, what is removed last. */
export function* diffParts({ added, changed, removed }: LongDiff, size: PartSize): Generator<Diff> {
  const nothing: Diff = { added: [], changed: [], removed: [] };
  for (const part of recordParts(added, size, longTextOf)) yield { ...nothing, added: part };
  const both = ([before, after]: readonly [Entity, Entity]): number => longTextOf(before) + longTextOf(after);
  for (const part of recordParts(changed, size, both)) yield { ...nothing, changed: part };
  for (const part of recordParts(removed, size, longTextOf)) yield { ...nothing, removed: part };
}

/** The parts as one change, each in its turn. */
export function joinedParts(parts: readonly Diff[]): Diff {
  return {
    added: parts.flatMap(({ added }) => added),
    changed: parts.flatMap(({ changed }) => changed),
    removed: parts.flatMap(({ removed }) => removed),
  };
}

/** Whether the whole change, whatever it does, is no larger than one part. */
export function fitsOnePart(diff: Diff, size: PartSize): boolean {
  if (recordsIn(diff) > size.records) return false;
  const records = [...diff.added, ...diff.changed.flat(), ...diff.removed];
  return records.reduce((sum, record) => sum + longTextOf(record), 0) <= size.characters;
}

export function recordsIn({ added, changed, removed }: Diff): number {
  return added.length + changed.length + removed.length;
}

/** Characters of what may be long in a record: its masks, what was asked and answered. */
export function longTextOf(record: Entity): number {
  if (record.kind === 'annotation') return record.mask.counts.length + (record.modelMask?.counts.length ?? 0);
  if (record.kind === 'turn') return record.question.length + 2 * (record.rawAnswer?.length ?? 0);
  return 0;
}
