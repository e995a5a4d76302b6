import type { ImageId, ImageRecord } from '../../../electron/common/document/records.ts';
import { counted, formatCount } from '../../ui/format.ts';

/** What is picked after a click or a key: alone, one more or less, or all from the last one on. */
export function pickedAfter({
  images,
  picked,
  from,
  to,
  isRange,
  isToggle,
}: {
  readonly images: readonly Pick<ImageRecord, 'id'>[];
  readonly picked: ReadonlySet<ImageId>;
  /** Index of the card that was current before. */
  readonly from: number;
  readonly to: number;
  readonly isRange: boolean;
  readonly isToggle: boolean;
}): ReadonlySet<ImageId> {
  if (isRange) {
    const range = images.slice(Math.min(from, to), Math.max(from, to) + 1);
    return new Set([...picked, ...range.map(({ id }) => id)]);
  }
  const id = images[to]?.id;
  if (id === undefined) return picked;
  if (!isToggle) return new Set([id]);
  const next = new Set(picked);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** How many are picked; those that a search hides are told, as an action means them too. */
export function pickedWords(
  picked: ReadonlySet<ImageId>,
  listed: readonly Pick<ImageRecord, 'id'>[],
): string {
  const seen = listed.reduce((count, { id }) => count + Number(picked.has(id)), 0);
  const unseen = picked.size - seen;
  const words = `${counted(picked.size, 'image')} picked`;
  return unseen === 0 ? words : `${words}, ${formatCount(unseen)} of them not listed now`;
}

/** The card a key leads to; null for keys that lead nowhere. */
export function cardAt({
  key,
  current,
  columns,
  count,
}: {
  readonly key: string;
  readonly current: number;
  readonly columns: number;
  readonly count: number;
}): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: current + 1,
    ArrowLeft: current - 1,
    ArrowDown: current + columns,
    ArrowUp: current - columns,
    PageDown: current + 3 * columns,
    PageUp: current - 3 * columns,
    Home: 0,
    End: count - 1,
  };
  const goal = steps[key];
  return goal === undefined ? null : Math.max(0, Math.min(count - 1, goal));
}
