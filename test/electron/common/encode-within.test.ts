import { expect, test } from 'vitest';
import { emptyCrop, intersectBoxes } from '../../../electron/common/bitmap.ts';
import { boxRuns, decodeRegion, encodeCrop } from '../../../electron/common/mask-region.ts';
import { intersectionOf } from '../../../electron/common/mask-algebra.ts';
import { isSameMask } from '../../../electron/common/runs.ts';
import { randomBitmaps, randomBox, runsOfBitmap, slowPaste } from '../../helpers/masks.ts';
import { emptyBitmap } from '../../../electron/common/bitmap.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

test('a crop is encoded the same whatever its width, place and alignment', () => {
  const random = seededRandom(41);
  const image = { width: 90, height: 70 };
  for (const bitmap of randomBitmaps({ seed: 43, count: 300, side: 60 })) {
    const box = [
      randomInteger(random, -20, 60),
      randomInteger(random, -20, 50),
      bitmap.width,
      bitmap.height,
    ] as const;
    // A buffer that does not begin at a whole word, as a part of a larger one may.
    const shift = randomInteger(random, 0, 4);
    const data = new Uint8Array(shift + bitmap.data.length).subarray(shift);
    data.set(bitmap.data);
    const expected = runsOfBitmap(slowPaste(emptyBitmap(image), { box, data: bitmap.data }));
    expect(isSameMask(encodeCrop({ box, data }, image), expected)).toBe(true);
  }
});

test('of a larger crop only the part within a box is taken', () => {
  const random = seededRandom(47);
  const image = { width: 50, height: 40 };
  for (const bitmap of randomBitmaps({ seed: 53, count: 200, side: 40 })) {
    const crop = { ...emptyCrop([5, 3, bitmap.width, bitmap.height]), data: bitmap.data };
    const within = intersectBoxes(randomBox(random, image), crop.box);
    const part = encodeCrop(crop, image, within);
    expect(isSameMask(part, intersectionOf(encodeCrop(crop, image), boxRuns(within, image)))).toBe(true);
    expect(decodeRegion(part, within).length).toBe(within[2] * within[3]);
  }
});
