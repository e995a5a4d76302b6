import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coco } from '../../../../electron/backend/formats/coco/coco.ts';
import type { Format, ImportOutcome, ProjectContents } from '../../../../electron/backend/formats/format.ts';
import { muse } from '../../../../electron/backend/formats/muse/muse.ts';
import { checkChange } from '../../../../electron/backend/project/check-change.ts';
import { applyDiff } from '../../../../electron/common/document/diff.ts';
import { diffSchema, type Entity, type EntityId } from '../../../../electron/common/document/records.ts';
import { AppError } from '../../../../electron/common/errors.ts';
import { encodeCounts } from '../../../../electron/common/rle.ts';
import { aProject, anImage, anImport, bytesOf, outcomeOf } from '../../../helpers/project-contents.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

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

const goodCoco = {
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
const goodMuse = [1, 2].map((number) => ({
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
function changedSomewhere(root: unknown, random: () => number): unknown {
  const copy: unknown = structuredClone(root);
  const places: ((change: Change) => void)[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
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

function withOtherBytes(text: string, random: () => number): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  for (let change = randomInteger(random, 1, 6); change > 0; change--) {
    bytes[randomInteger(random, 0, bytes.length)] = randomInteger(random, 0, 256);
  }
  return random() < 0.3 ? bytes.subarray(0, randomInteger(random, 0, bytes.length)) : bytes;
}

const project: ProjectContents = aProject({ images: [anImage(1), anImage(2)] });
const before = new Map<EntityId, Entity>(
  [...project.images, ...project.categories].map((record) => [record.id, record]),
);

/** What came in, after the store's own judgement of it; null when the file was refused in a sentence. */
async function imported(format: Format, data: Uint8Array): Promise<ImportOutcome | null> {
  try {
    const outcome = await outcomeOf(format.read!(anImport(project, { kind: 'bytes', name: 'x', data })));
    expect(diffSchema.safeParse(outcome.diff).error?.issues).toBeUndefined();
    checkChange(applyDiff(before, outcome.diff), outcome.diff);
    return outcome;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(['bad-file', 'too-large']).toContain(error.code);
    return null;
  }
}

const countOf = (outcome: ImportOutcome, start: string): number =>
  outcome.losses.reduce((sum, { what, count }) => sum + (what.startsWith(start) ? count : 0), 0);

describe.each([
  ['COCO', coco, goodCoco],
  ['MUSE', muse, goodMuse],
] as const)('%s', (_name, format, good) => {
  test('the file they are made from is good', async () => {
    const outcome = await imported(format, bytesOf(good).data);
    expect(outcome?.annotations).toBeGreaterThan(0);
    expect(outcome?.losses.filter(({ what }) => what.includes('left out'))).toEqual([]);
  });

  test('300 files with a few hostile places come in as far as they can or are refused, and nothing goes unsaid', async () => {
    const random = seededRandom(21);
    let whole = 0;
    for (let round = 0; round < 300; round++) {
      let value: unknown = good;
      for (let change = randomInteger(random, 1, 5); change > 0; change--)
        value = changedSomewhere(value, random);
      const text = JSON.stringify(value).replaceAll(`"${infinity}"`, infinity);
      const outcome = await imported(format, new TextEncoder().encode(text));
      if (!outcome) continue;
      whole++;
      expect(unaccounted(value, outcome), `round ${round}: ${text.slice(0, 2000)}`).toBe(0);
    }
    expect(whole).toBeGreaterThan(150);
  });

  test('300 files with wrong bytes come in or are refused in a sentence', async () => {
    const random = seededRandom(22);
    for (let round = 0; round < 300; round++)
      await imported(format, withOtherBytes(JSON.stringify(good), random));
  });
});

/** Targets (COCO) or questions (MUSE) of the file that neither came in nor were told of. */
function unaccounted(value: unknown, outcome: ImportOutcome): number {
  if (Array.isArray(value)) {
    const turns = outcome.diff.added.filter(({ kind }) => kind === 'turn').length;
    // A record that is left out takes its questions along, and is told of itself.
    if (countOf(outcome, 'Images left out') > 0) return 0;
    const asked = value.map((entry: { questions?: unknown }) => entry.questions);
    const total = asked.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
    return total - turns - countOf(outcome, 'Questions left out');
  }
  const { annotations } = value as { annotations: readonly unknown[] }; // what is no COCO object was refused
  return annotations.length - outcome.annotations - countOf(outcome, 'Targets left out');
}

test('a file of 12 MB from the disk is read piece by piece and can be cancelled', async () => {
  const path = join(await temporaryFolder(), 'large.json');
  const target = await open(path, 'w');
  await target.write(
    `{"images":${JSON.stringify(goodCoco.images)},"categories":${JSON.stringify(goodCoco.categories)},"annotations":[`,
  );
  const polygon = Array.from({ length: 30_000 }, (_, index) =>
    index % 2 ? 3 + (index % 5) : 1 + (index % 7),
  );
  const piece = JSON.stringify({ ...goodCoco.annotations[0], segmentation: [polygon], image_id: 70 });
  for (let written = 0; written < 12e6; written += piece.length + 1) await target.write(`${piece},`);
  await target.write(`${JSON.stringify(goodCoco.annotations[0])}]}`);
  await target.close();
  const outcome = await outcomeOf(coco.read!(anImport(project, { kind: 'path', path })));
  expect(outcome.annotations).toBe(1);
  expect(outcome.losses[0]?.what).toContain('their image is not in the file');

  const stop = new AbortController();
  const job = coco.read!(anImport(project, { kind: 'path', path }, { signal: stop.signal }));
  const reading = outcomeOf(job);
  setTimeout(() => stop.abort(), 5);
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});
