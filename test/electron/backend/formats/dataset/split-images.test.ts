import { expect, test } from 'vitest';
import { splitImages, splitOptions } from '../../../../../electron/backend/formats/dataset/split-images.ts';
import { isApplicable, isValueOf } from '../../../../../electron/common/format-option.ts';
import { anImage } from '../../../../helpers/project-contents.ts';

const many = Array.from({ length: 1_000 }, (_, at) =>
  anImage(at + 1, {
    name: `cam${at % 10}_${String(at).padStart(4, '0')}.jpg`,
    source: { kind: 'linked', path: `/photos/${at % 4}/x-${at}.jpg` },
  }),
);

function countsOf(how: Parameters<typeof splitImages>[1]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const part of splitImages(many, how).values()) counts[String(part)] = (counts[String(part)] ?? 0) + 1;
  return counts;
}

test.each([
  ['60-20-20', { train: 600, val: 200, test: 200 }],
  ['8-1-1', { train: 800, val: 100, test: 100 }],
  ['1-1-0', { train: 500, val: 500 }],
  ['0-0-1', { test: 1_000 }],
  ['2-1-0', { train: 667, val: 333 }],
])('any shares divide the images: %s', (split, wanted) => {
  for (const seed of ['1', '42', '999999999'])
    expect(countsOf({ split, group: 'image', seed })).toEqual(wanted);
});

test('another seed divides otherwise, the same one alike, whatever the order of the images', () => {
  const how = { split: '50-50-0', group: 'image', seed: '42' };
  const partsOf = (images: typeof many, seed: string): string =>
    many.map((image) => splitImages(images, { ...how, seed }).get(image)).join();
  expect(partsOf(many.toReversed(), '42')).toBe(partsOf(many, '42'));
  expect(partsOf(many, '43')).not.toBe(partsOf(many, '42'));
});

const folderOf = ({ source }: (typeof many)[number]): string =>
  source.kind === 'linked' ? source.path.slice(0, '/photos/0'.length) : '';

test.each([
  ['folder', folderOf],
  ['film', (image: (typeof many)[number]) => `${folderOf(image)} ${image.name.slice(0, 4)}`],
])('images of one %s stay together', (group, groupOf) => {
  const parts = splitImages(many, { split: '50-25-25', group, seed: '7' });
  const partsOfGroup = new Map<string, Set<string | null>>();
  for (const [image, part] of parts) {
    const known = partsOfGroup.get(groupOf(image)) ?? new Set();
    partsOfGroup.set(groupOf(image), known.add(part));
  }
  expect([...partsOfGroup.values()].map(({ size }) => size)).toEqual([...partsOfGroup].map(() => 1));
  expect(new Set(parts.values()).size).toBe(3);
});

test('what is no share and no seed is none', () => {
  const [split, group, seed] = splitOptions;
  if (!split || !group || !seed) throw new Error('There are three options.');
  const taken = (option: typeof split, values: readonly string[]): boolean[] =>
    values.map((value) => isValueOf(option, value));
  expect(taken(split, ['own', '80-20-0', '60-20-20', '8-1-1'])).toEqual([true, true, true, true]);
  const none = [
    '',
    '80',
    '80-20',
    '0-0-0',
    '-1-2-3',
    '80-20-0-0',
    '80-20-x',
    ' 1-1-1',
    '1-1-1\n',
    '1/1/1',
    '…',
  ];
  expect(taken(split, none)).toEqual(none.map(() => false));
  expect(taken(seed, ['0', '1', '42', '-1', '1.5', '', '1e3', '1234567890'])).toEqual([
    ...[true, true, true, false, false, false, false, false],
  ]);
  expect(['none', 'own', '80-20-0', '60-20-20'].map((value) => isApplicable(seed, { split: value }))).toEqual(
    [...[false, false, true, true]],
  );
});
