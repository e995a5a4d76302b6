import { expect, test } from 'vitest';
import { LargeChanges } from '../../../../electron/backend/project/large-changes.ts';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import type { CategoryId, Diff, EntityId } from '../../../../electron/common/document/records.ts';
import { assert } from '../../../../electron/common/errors.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { aCategory, aCategoryId } from '../../../helpers/records.ts';

const classes = (count: number) =>
  Array.from({ length: count }, (_, at) => aCategory({ id: aCategoryId(`c${at}`), name: `class ${at}` }));

async function all(parts: AsyncIterable<Diff>): Promise<Diff[]> {
  const gathered: Diff[] = [];
  for await (const part of parts) gathered.push(part);
  return gathered;
}

test('a large change is saved in slices, told to the others without its records, and fetched in parts', async () => {
  const app = await anApp();
  const second = app.openWindow();
  await second.client.call('project.snapshot', {});
  const added = classes(1_200);
  await app.commit({ ...emptyDiff, added });
  await app.settle();
  expect(second.changes.map(({ revision, diff, undo, large }) => [revision, diff, undo, large])).toEqual(
    [250, 250, 250, 250, 200].map((records, at) => [
      at + 1,
      ...(records > 200
        ? [emptyDiff, null, { records, isUndoable: true }]
        : [
            { ...emptyDiff, added: added.slice(1_000) },
            { ...emptyDiff, removed: added.slice(1_000) },
            undefined,
          ]),
    ]),
  );
  const parts = await all(second.client.stream('project.largeChange', { revision: 2 }));
  expect(parts.map((part) => part.added.length)).toEqual([100, 100, 50]);
  expect(parts.flatMap((part) => part.added)).toEqual(added.slice(250, 500));
});

test('a large change that does not fit is refused before anything of it is saved', async () => {
  const app = await anApp();
  await app.commit({ ...emptyDiff, added: classes(1) });
  const late = classes(900).toReversed();
  await expect(app.commit({ ...emptyDiff, added: late })).rejects.toMatchObject({ code: 'conflict' });
  expect(await app.records('category')).toEqual(classes(1));
  expect((await app.client.call('project.snapshot', {})).project.revision).toBe(1);
});

test('of a change that is too long ago it is said that the project has to be read again', async () => {
  const standing = new Map(classes(300).map((record) => [record.id as EntityId, record]));
  const kept = new LargeChanges((id) => standing.get(id as CategoryId));
  const added = [...standing.values()];
  for (let revision = 1; revision <= 300; revision++)
    kept.keep(revision, { ...emptyDiff, added: added.slice(revision - 1, revision) });
  await expect(all(kept.partsOf(1))).rejects.toMatchObject({ code: 'unknown-record' });
  expect(await all(kept.partsOf(300))).toEqual([{ ...emptyDiff, added: added.slice(299) }]);
});

test('what a large change added is told as it was added, also when it was changed or removed since', async () => {
  const app = await anApp();
  const [first, second, ...others] = classes(300);
  assert(first && second, 'there are three hundred');
  await app.commit({ ...emptyDiff, added: [first, second, ...others] });
  const parts = app.client.stream('project.largeChange', { revision: 1 });
  const last = others.at(-1);
  assert(last, 'as above');
  const begun = await parts.next();
  await app.commit({
    ...emptyDiff,
    changed: [[first, { ...first, name: 'other' }]],
    removed: [second, last],
  });
  await app.commit({ ...emptyDiff, added: [second] });
  const rest = await all(parts);
  const whole = await all(app.client.stream('project.largeChange', { revision: 1 }));
  for (const told of [[begun.value as Diff, ...rest], whole])
    expect(told.flatMap((part) => part.added)).toEqual([first, second, ...others]);
});

test('records that were removed by the ten thousand are not kept for windows that may never come', async () => {
  const many = classes(30_000);
  const kept = new LargeChanges(() => undefined);
  for (let slice = 0; slice < 60; slice++)
    kept.keep(slice, { ...emptyDiff, removed: many.slice(slice * 500, slice * 500 + 500) });
  await expect(all(kept.partsOf(19))).rejects.toMatchObject({ code: 'unknown-record' });
  expect((await all(kept.partsOf(20))).flatMap(({ removed }) => removed)).toEqual(many.slice(10_000, 10_500));
});
