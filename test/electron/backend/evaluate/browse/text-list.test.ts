import { expect, test } from 'vitest';
import { createTextList } from '../../../../../electron/backend/evaluate/browse/text-list.ts';
import { randomInteger, seededRandom } from '../../../../helpers/seeded-random.ts';

const random = seededRandom(4);
const letters = ['a', 'é', '語', '😀', ' ', ''];
const aText = (longest: number): string =>
  Array.from(
    { length: randomInteger(random, 0, longest) },
    () => letters[randomInteger(random, 0, letters.length - 1)],
  ).join('');

test('every text comes back as it was, across blocks and where one is larger than a block', () => {
  const texts = [...Array.from({ length: 800 }, () => aText(2_000)), 'x'.repeat(2 << 20), '', aText(20)];
  const list = createTextList();
  for (const text of texts) list.add(text);
  expect(list.length).toBe(texts.length);
  for (const [at, text] of texts.entries()) if (list.at(at) !== text) throw new Error(`text ${at} differs`);
  expect([...list.blocks()].length).toBeGreaterThan(2);
  expect([...list.blocks()].flatMap(({ ends, first }) => ends.map((_, at) => first + at))).toEqual(
    texts.map((_, at) => at),
  );
});

test.each([-1, 2])('there is no text %s', (at) => {
  const list = createTextList();
  list.add('a');
  list.add('b');
  expect(() => list.at(at)).toThrow(RangeError);
});
