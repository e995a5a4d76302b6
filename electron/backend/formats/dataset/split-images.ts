import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { FormatInfo } from '../../../common/contract.ts';
import type { ImageRecord, Split } from '../../../common/document/records.ts';
import { grouped } from '../../../common/grouped.ts';
import type { LossList } from '../format.ts';

/** Where lots decide. */
const whenDrawn = { option: 'split', not: ['none', 'own'] };

/** Options of every export that may be split. */
export const splitOptions: FormatInfo['options'] = [
  {
    name: 'split',
    label: 'Split',
    choices: [
      { value: 'none', label: 'No: one set' },
      { value: 'own', label: 'As the images are marked; the others train' },
      { value: '80-20-0', label: '80 % train, 20 % val' },
      { value: '80-10-10', label: '80 % train, 10 % val, 10 % test' },
      { value: '70-15-15', label: '70 % train, 15 % val, 15 % test' },
    ],
    other: {
      label: 'Other shares',
      hint: 'train-val-test in whole numbers, as 60-20-20',
      pattern: String.raw`(?!0+-0+-0+$)\d{1,6}-\d{1,6}-\d{1,6}`,
      example: '60-20-20',
    },
    initial: 'own',
  },
  {
    name: 'group',
    label: 'Kept together',
    choices: [
      { value: 'image', label: 'Nothing: image by image' },
      { value: 'folder', label: 'Images of one folder' },
      { value: 'film', label: 'Images whose names differ in their last number alone (frames)' },
    ],
    initial: 'image',
    onlyWhen: whenDrawn,
  },
  {
    name: 'seed',
    label: 'Seed of the split',
    choices: [],
    other: {
      label: 'Seed',
      hint: 'a whole number; the same one always divides alike',
      pattern: String.raw`\d{1,9}`,
      example: '1',
    },
    initial: '1',
    onlyWhen: whenDrawn,
  },
];

/** The parts of an export's images as its options (`splitOptions`) want them; those that stay empty are told. */
export function partsOf(
  images: readonly ImageRecord[],
  chosen: (name: string) => string,
  losses: LossList,
): ReadonlyMap<ImageRecord, Split | null> {
  const split = chosen('split');
  const parts = splitImages(images, { split, group: chosen('group'), seed: chosen('seed') });
  noteEmptyParts(split, new Set(parts.values()), losses);
  return parts;
}

/** Few images, or large groups, and a part that was asked for stays without any. */
function noteEmptyParts(split: string, got: ReadonlySet<Split | null>, losses: LossList): void {
  const shares = sharesOf(split);
  for (const part of ['train', 'val', 'test'] as const)
    if (shares !== null && shares[part] > 0 && !got.has(part))
      losses.add(
        'Parts of the data set that got no image: there are too few, or too few groups',
        `${part}, ${Math.round(10 * shares[part]) / 10} %`,
      );
}

/**
 * Which part of the data set each image belongs to. The same images, seed and grouping always give the same parts, on any machine and in
 * any order. A group goes whole into the part that lacks most.
 *
 * @returns null for every image where the set is not split
 */
export function splitImages(
  images: readonly ImageRecord[],
  how: { readonly split: string; readonly group: string; readonly seed: string },
): ReadonlyMap<ImageRecord, Split | null> {
  if (how.split === 'none') return new Map(images.map((image) => [image, null]));
  if (how.split === 'own') return new Map(images.map((image) => [image, image.split ?? 'train']));
  const wanted = sharesOf(how.split) ?? { train: 100, val: 0, test: 0 };
  const groups = grouped(images, (image) => groupOf(image, how.group));
  // By what is in a group, not by where its folder lies on this machine.
  const drawn = [...groups.values()]
    .map((group) => ({ group, place: drawOf(firstOf(group), how.seed) }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const counts = { train: 0, val: 0, test: 0 };
  const parts = new Map<ImageRecord, Split | null>();
  for (const { group } of drawn) {
    const lack = (part: Split): number => (wanted[part] / 100) * images.length - counts[part];
    const part = (['train', 'val', 'test'] as const).toSorted((a, b) => lack(b) - lack(a))[0] as Split;
    counts[part] += group.length;
    for (const image of group) parts.set(image, part);
  }
  return parts;
}

/** Percent of each part, of whatever numbers were given; null where the set is not divided by shares. */
function sharesOf(split: string): Readonly<Record<Split, number>> | null {
  const [train, val, test] = split.split('-').map(Number);
  if (train === undefined || val === undefined || test === undefined) return null;
  const whole = train + val + test;
  return { train: (100 * train) / whole, val: (100 * val) / whole, test: (100 * test) / whole };
}

/** Images of one group stay together. */
function groupOf(image: ImageRecord, group: string): string {
  if (group === 'folder') return folderOf(image);
  if (group === 'film') return `${folderOf(image)}/${filmOf(image.name)}`;
  return image.sha256;
}

/** "cam2_000137.jpg" is of the film "cam2_#.jpg"; a name without a number is alone. */
function filmOf(name: string): string {
  return name.replace(/\d+(?=\D*$)/u, '#');
}

function folderOf({ folders, source }: ImageRecord): string {
  if (folders !== '') return folders;
  return source.kind === 'linked' ? dirname(source.path) : '';
}

function firstOf(group: readonly ImageRecord[]): string {
  return group.reduce((first, { sha256 }) => (sha256 < first ? sha256 : first), group[0]?.sha256 ?? '');
}

function drawOf(key: string, seed: string): string {
  return createHash('sha256').update(`${seed} ${key}`).digest('hex');
}
