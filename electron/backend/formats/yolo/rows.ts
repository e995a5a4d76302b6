import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { shortened } from '../../../common/limits.ts';
import type { FoundTarget } from '../dataset/dataset.ts';
import { targetOrLoss } from '../dataset/import-dataset.ts';
import { filledOutline } from '../dataset/outline.ts';
import type { LossList } from '../format.ts';

/** What a list of names says of each number; nothing of a number that it leaves out. */
export type ClassNames = readonly (string | undefined)[];

/** A number beyond is no class. */
export const mostClasses = 100_000;

export interface RowContext {
  /** The file they stand in. */
  readonly label: string;
  readonly size: Size;
  readonly names: ClassNames | null;
  /** Numbers of key points behind each box; 0 for sets without. */
  readonly keypoints: number;
  readonly hasScores: boolean;
  readonly losses: LossList;
}

/** Whether the rows of a data set end with a score, as a model's own do: an outline has an even count of numbers. Odd in some rows only, those are damaged. */
export function haveScores(rows: Iterable<string>): boolean {
  let isAny = false;
  for (const row of rows) {
    if (row === '') continue;
    const words = row.split(/\s+/u).length;
    if (words % 2 === 1 || words < 6) return false;
    isAny = true;
  }
  return isAny;
}

/** The targets of a label file: a row is a box or a polygon. */
export function readRows(rows: readonly string[], context: RowContext): FoundTarget[] {
  return rows.flatMap((row, at) =>
    row === '' ? [] : (readRow(row.split(/\s+/u), `row ${at + 1} of ${context.label}`, context) ?? []),
  );
}

function readRow(
  words: readonly string[],
  where: string,
  { size, names, keypoints, hasScores, losses }: RowContext,
): FoundTarget | null {
  return targetOrLoss(losses, where, () => {
    const [index = Number.NaN, ...all] = words.map(Number);
    if (!Number.isInteger(index) || index < 0 || index >= mostClasses)
      throw new AppError(
        'bad-polygon',
        `It begins with "${shortened(words[0] ?? '', 40)}", which is no class.`,
      );
    const at = all.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      const written = shortened(words[at + 1] ?? '', 40);
      throw new AppError('bad-polygon', `Number ${at + 1} after the class is written "${written}".`);
    }
    const isPose = keypoints > 0 && all.length >= 4 + keypoints;
    if (isPose) losses.add('Keypoints: not imported', where);
    const hasScore = hasScores && !isPose;
    if (hasScore) losses.add('Rows with a number behind their outline: read as its score', where);
    const score = hasScore ? (all.at(-1) ?? null) : null;
    const numbers = isPose ? all.slice(0, 4) : hasScore ? all.slice(0, -1) : all;
    const isBox = numbers.length === 4;
    if (!isBox && (numbers.length < 6 || numbers.length % 2 === 1))
      throw new AppError(
        'bad-polygon',
        `It has ${numbers.length} numbers after the class: neither a box (4) nor a polygon (6, 8, ...).`,
      );
    if (numbers.some((value) => value > 1.01 || value < -0.01))
      throw new AppError('bad-polygon', 'Its numbers are not shares of the image from 0 to 1.');
    if (isBox) losses.add('Boxes: imported as filled rectangles', where);
    if (names !== null && names[index] === undefined)
      losses.add(
        'Classes that the list of names does not have: called by their number',
        `${where}, class ${index}`,
      );
    const ring = (isBox ? boxRing(numbers) : numbers).map((value, place) =>
      rounded(value * (place % 2 === 0 ? size.width : size.height)),
    );
    return {
      where,
      className: names?.[index] ?? `class ${index}`,
      mask: filledOutline(ring, size, { where, losses }),
      ...(score !== null && score >= 0 && score <= 1 ? { score } : {}),
    };
  });
}

function boxRing(box: readonly number[]): number[] {
  const [x = 0, y = 0, width = 0, height = 0] = box;
  const [left, top, right, bottom] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  return [left, top, right, top, right, bottom, left, bottom];
}

/** Shares of the image are written with few digits: a pixel edge is meant where one is all but met. */
function rounded(value: number): number {
  const near = Math.round(value);
  return Math.abs(value - near) < 1e-3 ? near : value;
}
