import { describe, expect, test } from 'vitest';
import { AppError } from '../../../electron/common/errors.ts';
import { decodeRle, encodeCounts, encodeRle, rleOf, runsOf } from '../../../electron/common/rle.ts';
import { areaOf, boxOf, runsFromCounts } from '../../../electron/common/runs.ts';
import { bitmapOf, drawingOf, randomBitmaps, runsOfBitmap, slowCounts } from '../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

// Golden vectors made with pycocotools 2.0.11.
const golden = [
  { name: 'nothing', rows: ['000', '000'], counts: [6], text: '6', area: 0, box: [0, 0, 0, 0] },
  { name: 'everything', rows: ['111', '111'], counts: [0, 6], text: '06', area: 6, box: [0, 0, 3, 2] },
  {
    name: 'two corners',
    rows: ['0110', '0100', '1100'],
    counts: [2, 5, 5],
    text: '255',
    area: 5,
    box: [0, 0, 3, 3],
  },
  {
    name: 'a ring open inside',
    rows: ['000000', '011110', '010010', '011110', '000000'],
    counts: [6, 3, 2, 1, 1, 1, 2, 1, 1, 1, 2, 3, 6],
    text: '632NO010O0124',
    area: 10,
    box: [1, 1, 4, 3],
  },
] as const;

describe('golden vectors of pycocotools', () => {
  for (const { name, rows, counts, text, area, box } of golden) {
    test(name, () => {
      const bitmap = bitmapOf(...rows);
      const rle = encodeRle(bitmap);
      const runs = runsOf(rle);
      expect(rle).toEqual({ size: [rows.length, rows[0].length], counts: text });
      expect([...runs.counts]).toEqual(counts);
      expect(areaOf(runs)).toBe(area);
      expect(boxOf(runs)).toEqual(box);
      expect(drawingOf(decodeRle(rle))).toEqual(drawingOf(bitmap));
    });
  }

  test('a 40 x 34 rectangle in 50 x 40', () => {
    const rows = Array.from({ length: 40 }, (_, y) =>
      Array.from({ length: 50 }, (_unused, x) => (y >= 3 && y <= 36 && x >= 5 && x <= 44 ? '1' : '0')).join(
        '',
      ),
    );
    const rle = encodeRle(bitmapOf(...rows));
    expect(rle.counts).toBe(`[6R16${'0'.repeat(77)}U6`);
    expect(areaOf(runsOf(rle))).toBe(1360);
    expect(boxOf(runsOf(rle))).toEqual([5, 3, 40, 34]);
  });

  test.each([
    [0, '0'],
    [1, '1'],
    [15, '?'],
    [16, '`0'],
    [31, 'o0'],
    [32, 'P1'],
    [511, 'o?'],
    [512, 'P`0'],
    [100_000, 'PeQ3'],
  ])('the number %d is written %s', (value, text) => {
    expect(encodeCounts(Uint32Array.of(value))).toBe(text);
  });

  test.each([
    [-1, 'O'],
    [-16, '@'],
    [-17, '_O'],
    [-512, 'P@'],
    [-513, 'o_O'],
  ])('the difference %d is written %s', (difference, text) => {
    // The fourth number is stored as its difference to the second.
    expect(encodeCounts(Uint32Array.of(0, 600, 0, 600 + difference)).slice(5)).toBe(text);
  });
});

test('RLE survives a round trip for any bitmap and matches a count pixel by pixel', () => {
  for (const bitmap of randomBitmaps({ seed: 7, count: 400 })) {
    expect([...runsOfBitmap(bitmap).counts]).toEqual(slowCounts(bitmap));
    expect(decodeRle(encodeRle(bitmap))).toEqual(bitmap);
  }
});

test('runs as long as a mask can hold survive the text', () => {
  const size = { width: 46_000, height: 46_000 };
  const pixels = size.width * size.height;
  const counts = [1, 3, pixels - 9, 2, 3];
  expect([...runsOf(rleOf(runsFromCounts(counts, size))).counts]).toEqual(counts);
});

test('runs of length 0 inside are joined, so that equal masks have equal text', () => {
  const rle = { size: [2, 3] as const, counts: encodeCounts(Uint32Array.of(1, 2, 0, 1, 2, 0)) };
  expect([...runsOf(rle).counts]).toEqual([1, 3, 2]);
  expect([...runsFromCounts([0, 0, 0, 6], { width: 3, height: 2 }).counts]).toEqual([0, 6]);
  expect([...runsFromCounts([0, 0, 6], { width: 3, height: 2 }).counts]).toEqual([6]);
});

describe('bad text is refused with its reason', () => {
  test.each([
    ['too short', '5', 'too short: they add up to 5 pixels, but 3 x 2 has 6'],
    ['too long', '7', 'too long'],
    ['empty', '', 'add up to 0 pixels'],
    ['ends inside a number', 'P', 'ends in the middle of a number'],
    ['a character below the alphabet', '6 ', 'breaks at character 1'],
    ['a character above the alphabet', '6z', 'breaks at character 1'],
    ['a letter outside ASCII', '6é', 'breaks at character 1'],
    ['a negative run', 'O7', 'Run 0 of the mask is -1'],
    ['a number that never ends', 'o'.repeat(12), 'breaks at character 7'],
    ['a number past 32 bits', `${'o'.repeat(6)}?`, 'too long'],
  ])('%s', (_name, counts, words) => {
    const decode = () => runsOf({ size: [2, 3], counts });
    expect(decode).toThrow(AppError);
    expect(decode).toThrow(words);
    expect(decode).toThrow(expect.objectContaining({ code: 'bad-rle' }));
  });

  test('a size no mask can have', () => {
    const code = expect.objectContaining({ code: 'bad-rle' });
    expect(() => runsOf({ size: [100_000, 100_000], counts: '0' })).toThrow(code);
    expect(() => runsFromCounts([6], { width: 1.5, height: 4 })).toThrow(code);
    expect(() => runsFromCounts([6], { width: -2, height: -3 })).toThrow(code);
  });

  test('random text never decodes into anything but a mask of its size', () => {
    const random = seededRandom(11);
    let refused = 0;
    for (let round = 0; round < 3000; round++) {
      const length = randomInteger(random, 0, 12);
      const counts = String.fromCharCode(...Array.from({ length }, () => randomInteger(random, 46, 114)));
      try {
        const runs = runsOf({ size: [4, 5], counts });
        expect(runs.counts.reduce((sum, count) => sum + count, 0)).toBe(20);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'bad-rle' });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(2000);
  });
});

test('data that does not fill the bitmap is refused', () => {
  expect(() => encodeRle({ width: 3, height: 2, data: new Uint8Array(5) })).toThrow(
    expect.objectContaining({ code: 'mask-size-mismatch' }),
  );
});
