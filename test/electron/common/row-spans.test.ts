import { expect, test } from 'vitest';
import { RowSpans } from '../../../electron/common/row-spans.ts';
import { emptyRuns, fullRuns } from '../../../electron/common/runs.ts';
import { runsOfBitmap, emptyBitmap } from '../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const size = { width: 23, height: 17 };

test('stretches in any order, overlapping, touching or outside the image make the mask that painting them as pixels makes', () => {
  const random = seededRandom(71);
  for (let round = 0; round < 400; round++) {
    const spans = new RowSpans(size);
    const slow = emptyBitmap(size);
    for (let stretch = randomInteger(random, 0, 60); stretch > 0; stretch--) {
      const row = randomInteger(random, -3, size.height + 3);
      const from = randomInteger(random, -5, size.width + 3);
      const past = from + randomInteger(random, 0, round % 3 === 0 ? 4 : 12);
      spans.add(row, from, past);
      for (let column = Math.max(0, from); column < Math.min(size.width, past); column++) {
        if (row >= 0 && row < size.height) slow.data[row * size.width + column] = 1;
      }
    }
    expect(spans.toRuns()).toEqual(runsOfBitmap(slow));
  }
});

test('nothing, or nothing inside the image, is the empty mask; every pixel is the full one', () => {
  const spans = new RowSpans(size);
  expect(spans.toRuns()).toEqual(emptyRuns(size));
  spans.add(-1, 0, 5);
  spans.add(size.height, 0, 5);
  spans.add(3, 23, 40);
  spans.add(3, 9, 9);
  expect(spans.toRuns()).toEqual(emptyRuns(size));
  for (let row = size.height - 1; row >= 0; row--) spans.add(row, -100, 100);
  expect(spans.toRuns()).toEqual(fullRuns(size));
});
