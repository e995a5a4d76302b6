import type { Loss } from '../../electron/common/contract.ts';
import { encodeCounts } from '../../electron/common/rle.ts';
import { randomInteger } from './seeded-random.ts';

/** Files that are almost right: one to four places of a good one hold something else, or some bytes of it do. */
const counts = [11, 2, 8, 2, 97];
const segmentations = [
  { size: [10, 12], counts },
  { size: [10, 12], counts: encodeCounts(Uint32Array.from(counts)) },
  [
    [1, 1, 3, 1, 3, 3, 1, 3],
    [5, 5, 9, 5, 9, 9],
  ],
];

export const goodCoco = {
  info: { year: 2026 },
  images: [1, 2].map((id) => ({ id, file_name: `photo-${id}.jpg`, width: 12, height: 10 })),
  categories: [
    { id: 1, name: 'cup', supercategory: 'kitchen' },
    { id: 2, name: 'plate' },
  ],
  annotations: segmentations.map((segmentation, index) => ({
    id: index + 1,
    image_id: 1 + (index % 2),
    category_id: 1 + (index % 2),
    segmentation,
    area: 4,
    bbox: [1, 1, 2, 2],
    iscrowd: 0,
    attributes: { name: 'the cup', score: 0.5 },
  })),
};

const annotationOf = (segmentation: unknown) => ({
  category_id: 1,
  category_name: 'cup',
  rephrased_name: 'red cup',
  bbox: [1, 1, 2, 2],
  segmentation,
});
export const goodMuse = [1, 2].map((number) => ({
  file_name: `photo-${number}.jpg`,
  width: 12,
  height: 10,
  ann_list: segmentations.map(annotationOf),
  questions: ['Where is it?', 'And now?'],
  text_answers: ['The red cup {seg} is here.', null],
  answers: [[annotationOf(segmentations[0])], [annotationOf(segmentations[2])]],
  kinds: [['ref'], ['count', 'none']],
  history: [[], [{ question: 'Where is it?', answer: 'The red cup {seg} is here.' }]],
}));

/** Infinity stands as text until the file is written: JSON has no word for it, but a reader of 1e999 gets it. */
const infinity = '1e999';
const hostileValues: readonly unknown[] = [
  ...[null, true, -1, 0, 1.5, 1e20, infinity, '', ' ', 'constructor', '__proto__', '1', '\u0000', '\ud83d'],
  ...[
    '{seg}{seg}',
    'x'.repeat(5000),
    '🐈'.repeat(3000),
    [],
    {},
    [[]],
    [null],
    { size: [10, 12] },
    [[1, 1, 2, 2]],
  ],
];

type Change = (value: unknown) => unknown;

/** A copy with one place, anywhere in it, changed, left out or doubled. */
export function changedSomewhere(root: unknown, random: () => number): unknown {
  const copy: unknown = structuredClone(root);
  const places: ((change: Change) => void)[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    const holder = value as Record<string, unknown>; // arrays are held by their indices alike
    for (const key of Object.keys(holder)) {
      places.push((change) => void (holder[key] = change(holder[key])));
      if (!Array.isArray(value)) places.push(() => void delete holder[key]);
      else places.push(() => void value.push(value[0]));
      visit(holder[key]);
    }
  };
  visit(copy);
  const hostile = hostileValues[randomInteger(random, 0, hostileValues.length)];
  places[randomInteger(random, 0, places.length)]?.(() => structuredClone(hostile));
  return copy;
}

export function withOtherBytes(text: string, random: () => number): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  for (let change = randomInteger(random, 1, 6); change > 0; change--) {
    bytes[randomInteger(random, 0, bytes.length)] = randomInteger(random, 0, 256);
  }
  return random() < 0.3 ? bytes.subarray(0, randomInteger(random, 0, bytes.length)) : bytes;
}

/** A file with one to four hostile places, as a value and as it is written. */
export function aHostile(
  good: unknown,
  random: () => number,
): { readonly value: unknown; readonly text: string } {
  let value = good;
  for (let change = randomInteger(random, 1, 5); change > 0; change--)
    value = changedSomewhere(value, random);
  return { value, text: JSON.stringify(value).replaceAll(`"${infinity}"`, infinity) };
}

/** What an import told of itself. */
interface Told {
  readonly annotations: number;
  readonly turns: number;
  readonly losses: readonly Loss[];
}

/** Targets (COCO) or questions (MUSE) of the file that neither came in nor were told of. */
export function unaccounted(value: unknown, told: Told): number {
  const countOf = (start: string): number =>
    told.losses.reduce((sum, { what, count }) => sum + (what.startsWith(start) ? count : 0), 0);
  if (Array.isArray(value)) {
    // A record that is left out takes its questions along, and is told of itself.
    if (countOf('Images left out') > 0) return 0;
    const asked = value.map((entry: { questions?: unknown }) => entry.questions);
    const total = asked.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
    return total - told.turns - countOf('Questions left out');
  }
  const { annotations } = value as { annotations: readonly unknown[] }; // what is no COCO object was refused
  return annotations.length - told.annotations - countOf('Targets left out');
}
