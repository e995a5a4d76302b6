import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coco } from '../../../../electron/backend/formats/coco/coco.ts';
import type { Format } from '../../../../electron/backend/formats/format.ts';
import { muse } from '../../../../electron/backend/formats/muse/muse.ts';
import { checkChange } from '../../../../electron/backend/project/check-change.ts';
import { diffSchema, type Entity, type EntityId } from '../../../../electron/common/document/records.ts';
import { AppError } from '../../../../electron/common/errors.ts';
import {
  type ContentsAtHand,
  type ImportedAtHand,
  aProject,
  anImage,
  anImport,
  bytesOf,
  outcomeOf,
} from '../../../helpers/project-contents.ts';
import {
  aHostile,
  goodCoco,
  goodMuse,
  unaccounted,
  withOtherBytes,
} from '../../../helpers/hostile-datasets.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';
import { standingOf } from '../../../helpers/standing-of.ts';

const project: ContentsAtHand = aProject({ images: [anImage(1), anImage(2)] });
const before = new Map<EntityId, Entity>(
  [...project.images, ...project.categories].map((record) => [record.id, record]),
);

/** What came in, after the store's own judgement of it; null when the file was refused in a sentence. */
async function imported(format: Format, data: Uint8Array): Promise<ImportedAtHand | null> {
  try {
    const outcome = await outcomeOf(format.read!(anImport(project, { kind: 'bytes', name: 'x', data })));
    expect(diffSchema.safeParse(outcome.diff).error?.issues).toBeUndefined();
    checkChange(standingOf(applyDiff(before, outcome.diff)), outcome.diff);
    return outcome;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(['bad-file', 'too-large']).toContain(error.code);
    return null;
  }
}

const told = ({ annotations, losses, diff }: ImportedAtHand) => ({
  annotations,
  losses,
  turns: diff.added.filter(({ kind }) => kind === 'turn').length,
});

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
      const { value, text } = aHostile(good, random);
      const outcome = await imported(format, new TextEncoder().encode(text));
      if (!outcome) continue;
      whole++;
      expect(unaccounted(value, told(outcome)), `round ${round}: ${text.slice(0, 2000)}`).toBe(0);
    }
    expect(whole).toBeGreaterThan(150);
  });

  test('300 files with wrong bytes come in or are refused in a sentence', async () => {
    const random = seededRandom(22);
    for (let round = 0; round < 300; round++)
      await imported(format, withOtherBytes(JSON.stringify(good), random));
  });
});

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

describe('a file of another shape', () => {
  /** Refused before its end is read: it does not end as JSON does. */
  const refusal = async (format: Format, text: string): Promise<string> => {
    const source = {
      kind: 'bytes',
      name: 'x',
      data: new TextEncoder().encode(`${text} and no more`),
    } as const;
    const error: unknown = await outcomeOf(format.read!(anImport(project, source))).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'bad-file' });
    return (error as AppError).message;
  };

  test('MUSE says by the first members what an object is instead', async () => {
    const padding = JSON.stringify('x'.repeat(100_000));
    expect(await refusal(muse, `{"a":1,"b":${padding}`)).toBe(
      'This is no MUSE file: it should be a list with one record for each image.',
    );
    expect(await refusal(muse, `{"images":[{"id":1}],"b":${padding}`)).toBe(
      'This is a COCO file, not a MUSE file, which is a list with one record for each image.',
    );
    expect(await refusal(muse, `{"items":[1],"categories":{},"b":${padding}`)).toContain(
      'This is a Datumaro file',
    );
  });

  test('COCO does not gather a million lists', async () => {
    const keys = Array.from({ length: 1001 }, (_, index) => `"k${index}":0`).join(',');
    expect(await refusal(coco, `{${keys},"b":${JSON.stringify('x'.repeat(100_000))}`)).toContain(
      'more than 1000 lists and values stand beside each other in it.',
    );
  });
});

test('a new field or kind of loss in every entry makes no list without end, and none goes uncounted', async () => {
  const images = Array.from({ length: 2000 }, (_, index) => ({
    ...goodCoco.images[0],
    id: index + 100,
    [`f${index}`]: 1,
  }));
  const tables = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`k${index}`, [1]]));
  const file = bytesOf({ ...goodCoco, images: [...goodCoco.images, ...images], ...tables });
  const { losses } = await outcomeOf(coco.read!(anImport(project, file)));
  expect(losses.length).toBeLessThan(600);
  const counted = (begin: string): number =>
    losses.filter(({ what }) => what.startsWith(begin)).reduce((sum, { count }) => sum + count, 0);
  expect(counted('Fields of images')).toBe(2000);
  expect(counted('Lists of the file') + counted('Losses of further kinds')).toBeGreaterThanOrEqual(900);
});
