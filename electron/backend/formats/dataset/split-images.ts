import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { FormatInfo } from '../../../common/contract.ts';
import type { ImageRecord, Split } from '../../../common/document/records.ts';
import { grouped } from '../../../common/grouped.ts';

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
    initial: 'own',
  },
  {
    name: 'group',
    label: 'Kept together',
    choices: [
      { value: 'image', label: 'Nothing: image by image' },
      { value: 'folder', label: 'Images of one folder' },
    ],
    initial: 'image',
  },
  {
    name: 'seed',
    label: 'Seed of the split',
    choices: ['1', '2', '3', '4', '5'].map((value) => ({ value, label: value })),
    initial: '1',
  },
];

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
  const groups = grouped(images, (image) => (how.group === 'folder' ? folderOf(image) : image.sha256));
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

/** Percent of each part; null where the set is not divided by shares. */
export function sharesOf(split: string): Readonly<Record<Split, number>> | null {
  const [train, val, test] = split.split('-').map(Number);
  return train === undefined || val === undefined || test === undefined ? null : { train, val, test };
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
