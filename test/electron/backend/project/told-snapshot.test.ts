import { expect, test } from 'vitest';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import { recordsOf } from '../../../../electron/common/record-texts.ts';
import { wholeSnapshot } from '../../../../electron/common/whole-snapshot.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { aCategory, aCategoryId, anAnnotation, anAnnotationId, anImage } from '../../../helpers/records.ts';

const classes = (count: number) =>
  Array.from({ length: count }, (_, at) => aCategory({ id: aCategoryId(`c${at}`), name: `class ${at}` }));

test('a small project is told with its records, a large one in parts, between which others are answered', async () => {
  const app = await anApp();
  await app.commit({ ...emptyDiff, added: classes(2_000) });
  const small = await app.client.call('project.snapshot', {});
  expect([small.rest, small.entities.length]).toEqual([undefined, 2_000]);
  const last = aCategory({ id: aCategoryId('last'), name: 'last' });
  await app.commit({ ...emptyDiff, added: [last] });
  const large = await app.client.call('project.snapshot', {});
  expect([large.rest, large.entities]).toEqual([2_001, []]);

  const { folder, revision } = large.project;
  const told: string[] = [];
  const parts: number[] = [];
  for await (const part of app.client.stream('project.records', { folder })) {
    parts.push(recordsOf(part).length);
    told.push(`part of ${part.revision}`);
    // Of another window, between two parts: not in the records, whose revision is that of their beginning.
    if (parts.length === 1)
      void app.commit({ ...emptyDiff, removed: [last] }).then(() => told.push('removed'));
  }
  expect(parts).toEqual([500, 500, 500, 500, 1]);
  expect(told.indexOf('removed')).toBeGreaterThan(0);
  expect(told.indexOf('removed')).toBeLessThan(4);
  expect(new Set(told)).toEqual(new Set([`part of ${revision}`, 'removed']));
  const whole = await wholeSnapshot(app.client, { ...large, rest: 2_001 });
  expect([whole.project.revision, whole.entities]).toEqual([revision + 1, classes(2_000)]);
});

test('few records of huge masks travel in parts as well', async () => {
  const app = await anApp();
  const size = { width: 2_000, height: 2_000 };
  const image = anImage(size);
  const runs = size.width * size.height; // every pixel is one
  const masks = Array.from({ length: 3 }, (_, at) =>
    anAnnotation({
      ...{ id: anAnnotationId(`m${at}`), mask: { size: [2_000, 2_000], counts: alternating(runs) } },
      ...{ area: runs / 2, bbox: [0, 1, 2_000, 1_999] },
    }),
  );
  await app.commit({ ...emptyDiff, added: [image] });
  for (const mask of masks) await app.commit({ ...emptyDiff, added: [mask] });
  const told = await app.client.call('project.snapshot', {});
  expect(told.rest).toBe(4);
  const { entities } = await wholeSnapshot(app.client, told);
  expect(entities.map(({ id }) => id)).toEqual([image, ...masks].map(({ id }) => id));
  const texts = (records: typeof entities) =>
    records.flatMap((record) => (record.kind === 'annotation' ? record.mask.counts : []));
  expect(texts(entities).every((text, at) => text === masks[at]?.mask.counts)).toBe(true);
});

test('records are told of the project the window has, and of no other', async () => {
  const app = await anApp();
  const records = app.client.stream('project.records', { folder: '/elsewhere' });
  await expect(records.next()).rejects.toMatchObject({ code: 'no-project-open' });
});

/** A COCO text of so many runs of one pixel: after the first three each is written as what it differs from the one before the last. */
function alternating(runs: number): string {
  return '1'.repeat(Math.min(runs, 3)) + '0'.repeat(Math.max(0, runs - 3));
}
