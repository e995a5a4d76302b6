import { expect, test } from 'vitest';
import { encodeCrop } from '../../../electron/common/mask-region.ts';
import { isSameMask } from '../../../electron/common/runs.ts';
import { randomBitmaps, runsOfBitmap, slowPaste, emptyBitmap } from '../../helpers/masks.ts';
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
