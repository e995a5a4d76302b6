import { createHash } from 'node:crypto';
import type { ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { grouped } from '../../common/grouped.ts';

export type Split = NonNullable<ImageRecord['split']>;

export interface SplitShares {
  readonly train: number;
  readonly val: number;
  readonly test: number;
}

/**
 * Which part each image belongs to: by image, never by question, and pictures of the same bytes together, so that nothing is in two parts. Groups go in the order of a
 * hash of seed and picture, so that the outcome is the same for the same seed and hardly changes when images are added.
 *
 * @param shares numbers of 0 and more; their sum counts as all
 * @throws AppError 'bad-input' when all are 0
 */
export function splitOf(
  images: readonly ImageRecord[],
  shares: SplitShares,
  seed: number,
): Map<ImageRecord['id'], Split> {
  const groups = grouped(images, ({ sha256 }) => sha256);
  const placed = [...groups.values()]
    .map((group) => ({ group, place: hashOf(seed, group[0]?.sha256 ?? '') }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const whole = shares.train + shares.val + shares.test;
  if (whole <= 0) throw new AppError('bad-input', 'At least one share must be more than 0.');
  const trainEnd = (images.length * shares.train) / whole;
  const valEnd = trainEnd + (images.length * shares.val) / whole;
  const result = new Map<ImageRecord['id'], Split>();
  let before = 0;
  for (const { group } of placed) {
    const middle = before + group.length / 2;
    const split: Split = middle < trainEnd ? 'train' : middle < valEnd ? 'val' : 'test';
    for (const { id } of group) result.set(id, split);
    before += group.length;
  }
  return result;
}

function hashOf(seed: number, sha256: string): string {
  return createHash('sha256').update(`${seed}:${sha256}`).digest('hex');
}
