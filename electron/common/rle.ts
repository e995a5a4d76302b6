import type { Bitmap } from './bitmap.ts';
import type { Rle } from './document/records.ts';
import { AppError } from './errors.ts';
import { decodeRegion, encodeCrop } from './mask-region.ts';
import { checkBitmap, runsFromCounts, type Runs } from './runs.ts';

/**
 * COCO's compressed RLE. Each count from the fourth on is stored as the difference to the count two before
 * it, in 5-bit groups, lowest first, each group one character of ASCII 48..111.
 * Source: cocoapi common/maskApi.c rleToString, rleFrString; electron/backend/formats/FORMATS.md section 2.
 */

const firstCharacter = 48;
const lastCharacter = 111;
const continueBit = 32;
const signBit = 16;
const ascii = new TextDecoder();
/** Seven groups hold 35 bits, more than any difference of two 31-bit counts. */
const maximumGroups = 7;

/** @forTests the product works on runs */
export function encodeRle(bitmap: Bitmap): Rle {
  checkBitmap(bitmap);
  return rleOf(encodeCrop({ box: [0, 0, bitmap.width, bitmap.height], data: bitmap.data }, bitmap));
}

/**
 * @forTests the product works on runs
 * @throws AppError 'bad-rle'
 */
export function decodeRle(rle: Rle): Bitmap {
  const runs = runsOf(rle);
  const data = decodeRegion(runs, [0, 0, runs.width, runs.height]);
  return { width: runs.width, height: runs.height, data };
}

export function rleOf(runs: Runs): Rle {
  return { size: [runs.height, runs.width], counts: encodeCounts(runs.counts) };
}

/**
 * @throws AppError 'bad-rle' for a character outside the alphabet, a string that ends inside a number,
 *   a negative run, or runs that do not add up to the size
 */
export function runsOf(rle: Rle): Runs {
  const [height, width] = rle.size;
  return runsFromCounts(decodeCounts(rle.counts), { width, height });
}

export function encodeCounts(counts: Uint32Array): string {
  let bytes = new Uint8Array(Math.max(16, counts.length * 2));
  let length = 0;
  for (let index = 0; index < counts.length; index++) {
    if (length + maximumGroups > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    let value = (counts[index] as number) - (index > 2 ? (counts[index - 2] as number) : 0);
    for (;;) {
      const group = value & 31;
      value >>= 5;
      const isLast = (group & signBit) === 0 ? value === 0 : value === -1;
      bytes[length++] = (isLast ? group : group | continueBit) + firstCharacter;
      if (isLast) break;
    }
  }
  return ascii.decode(bytes.subarray(0, length));
}

/** The counts as written, without any check of their sum. @throws AppError 'bad-rle' */
function decodeCounts(text: string): Float64Array {
  const counts = new Float64Array(text.length);
  let length = 0;
  let position = 0;
  while (position < text.length) {
    let value = 0;
    let groups = 0;
    let character: number;
    do {
      if (position === text.length)
        throw new AppError('bad-rle', 'The mask text ends in the middle of a number.');
      character = text.charCodeAt(position) - firstCharacter;
      if (character < 0 || character > lastCharacter - firstCharacter || groups === maximumGroups) {
        throw new AppError(
          'bad-rle',
          `The mask text is not COCO run-length text: it breaks at character ${position}.`,
          {
            position,
          },
        );
      }
      value += (character & 31) * 2 ** (5 * groups);
      groups++;
      position++;
    } while (character & continueBit);
    if (character & signBit) value -= 2 ** (5 * groups);
    if (length > 2) value += counts[length - 2] as number;
    counts[length++] = value;
  }
  return counts.subarray(0, length);
}
