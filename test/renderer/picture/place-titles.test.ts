import { expect, test } from 'vitest';
import { screenPoint, screenSize } from '../../../electron/common/geometry.ts';
import { deviceView } from '../../../renderer/picture/device-view.ts';
import {
  type MaskTitle,
  type PlacedTitle,
  layOutTitles,
  shortTitle,
  titlesInSight,
} from '../../../renderer/picture/place-titles.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const viewAt = (x: number, y: number, zoom = 0.5) =>
  deviceView(
    { zoom, pan: screenPoint({ x, y }) },
    { image: { width: 1000, height: 800 }, pane: screenSize({ width: 300, height: 200 }) },
    1,
  );
const at = (zoom = 0.5) => ({ scale: zoom, pixelRatio: 1, widthOf: (text: string) => 6 * text.length });
const title = (text: string, box: MaskTitle['box'], isStrong = false): MaskTitle => ({
  text,
  box,
  colour: '#000000',
  isStrong,
});
const drawn = (titles: readonly MaskTitle[], view = viewAt(0, 0)) =>
  titlesInSight(layOutTitles(titles, at()), { view, titles, at: at() });
const told = (placed: readonly PlacedTitle[]) =>
  placed.map(({ title: { text }, as, x, y }) => [text, as, x, y]);
const doMeet = (a: PlacedTitle, b: PlacedTitle) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const overlaps = (placed: readonly PlacedTitle[]) =>
  placed
    .filter(({ as }) => as !== 'dot')
    .flatMap((a, index, all) =>
      all.slice(index + 1).flatMap((b) => (doMeet(a, b) ? [[a.title.text, b.title.text]] : [])),
    );
/** Many masks in a small part of the image. */
const crowd = (count: number, seed: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) =>
    title(`cup ${index + 1}`, [
      randomInteger(random, 40, 400),
      randomInteger(random, 60, 280),
      randomInteger(random, 40, 160),
      randomInteger(random, 40, 120),
    ]),
  );
};

test('titles are written where a mask is in sight and large enough to be named; of what is meant always, and last', () => {
  const titles = [
    title('meant, tiny', [10, 10, 4, 4], true),
    title('tiny', [10, 10, 4, 4]),
    title('large', [100, 100, 60, 60]),
    title('out of sight', [900, 700, 60, 60], true),
  ];
  expect(drawn(titles).map(({ title: { text }, as }) => [text, as])).toEqual([
    ['large', 'words'],
    ['meant, tiny', 'words'],
  ]);
});

test('a title lies above its mask, at its left, where nothing else is', () => {
  expect(told(drawn([title('cup', [100, 100, 60, 60])]))).toEqual([['cup', 'words', 50, 32]]);
});

test('a title that would be cut off moves into sight with the part of its mask that is seen', () => {
  const titles = [title('cup', [100, 4, 200, 60])];
  expect(told(drawn(titles))).toEqual([['cup', 'words', 50, 2]]);
  expect(drawn(titles, viewAt(-80, 40))[0]).toMatchObject({ as: 'words', x: 2, y: 24 });
});

test('of two masks at one place each has its title at a corner of its own, the larger one chooses first', () => {
  const titles = [title('saucer', [100, 100, 100, 60]), title('cup', [100, 100, 120, 80])];
  const placed = drawn(titles);
  expect(placed.map(({ title: { text }, as }) => [text, as])).toEqual([
    ['saucer', 'words'],
    ['cup', 'words'],
  ]);
  expect(placed[1]).toMatchObject({ x: 50, y: 32 });
  expect(overlaps(placed)).toEqual([]);
});

test.each([20, 60, 200])(
  'of %i masks that crowd no title lies on another; what has no room is a number or a dot',
  (count) => {
    for (const seed of [1, 2, 3]) {
      const placed = drawn(crowd(count, seed));
      expect(placed.length).toBe(count);
      expect(overlaps(placed)).toEqual([]);
      const words = placed.filter(({ as }) => as === 'words').length;
      expect(words).toBeGreaterThan(count === 20 ? 12 : 15);
    }
  },
);

test('where no title finds room its number stands, and where that finds none a dot at the corner of the mask', () => {
  const same = Array.from({ length: 40 }, (_, index) => title(`cup ${index + 1}`, [200, 200, 60, 60]));
  const placed = drawn(same);
  const kinds = new Set(placed.map(({ as }) => as));
  expect(kinds).toEqual(new Set(['words', 'number', 'dot']));
  expect(overlaps(placed)).toEqual([]);
  expect(placed.find(({ as }) => as === 'dot')).toMatchObject({ x: 100, y: 100, width: 6, height: 6 });
});

test('while the picture is moved each title that stays in sight keeps its place at its mask', () => {
  const titles = crowd(40, 5);
  const still = new Map(drawn(titles).map((placed) => [placed.title.text, placed]));
  const moved = drawn(titles, viewAt(17, -9));
  const isInside = ({ x, y, width, height }: PlacedTitle) =>
    x > 20 && y > 20 && x + width < 280 && y + height < 180;
  const kept = moved.filter((placed) => {
    const before = still.get(placed.title.text);
    return before !== undefined && isInside(before) && isInside(placed);
  });
  expect(kept.length).toBeGreaterThan(20);
  for (const placed of kept) {
    const before = still.get(placed.title.text);
    expect([placed.as, placed.x, placed.y]).toEqual([
      before?.as,
      (before?.x ?? 0) + 17,
      (before?.y ?? 0) - 9,
    ]);
  }
});

test('pointing at a target moves no title of another, and writes its own in words over all', () => {
  const same = Array.from({ length: 40 }, (_, index) => title(`cup ${index + 1}`, [200, 200, 60, 60]));
  const before = drawn(same);
  const pointed = same.map((each, index) => ({ ...each, isStrong: index === 33 }));
  const after = drawn(pointed);
  expect(before[33]?.as).toBe('dot');
  expect(after.at(-1)).toMatchObject({ as: 'words', title: { text: 'cup 34' } });
  expect(told(after.slice(0, -1))).toEqual(told(before.filter((_, index) => index !== 33)));
});

test('a long name is cut short and keeps its number, and no emoji is cut in two', () => {
  expect(shortTitle('cup 2')).toBe('cup 2');
  expect(shortTitle(`${'x'.repeat(300)} 12`)).toBe(`${'x'.repeat(28)}… 12`);
  expect(shortTitle('👩‍🚀'.repeat(40))).toBe(`${'👩‍🚀'.repeat(31)}…`);
  expect(shortTitle('the red cup that stands to the left of the book')).toBe(
    'the red cup that stands to the…',
  );
});
