import { expect, onTestFinished, test } from 'vitest';
import { commitInSlices } from '../../../../electron/backend/project/commit-in-slices.ts';
import { FormerLinks } from '../../../../electron/backend/project/former-links.ts';
import { LargeChanges } from '../../../../electron/backend/project/large-changes.ts';
import type { OpenProject } from '../../../../electron/backend/project/open-projects.ts';
import { WaitingChange } from '../../../../electron/backend/project/waiting-change.ts';
import type { Diff } from '../../../../electron/common/document/records.ts';
import { aProject } from '../../../helpers/a-project.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  aTargetId,
  aTurn,
  anAnnotation,
  anAnnotationId,
  anImage,
  everyKind,
} from '../../../helpers/records.ts';

const signal = new AbortController().signal;

async function anOpenProject(): Promise<
  OpenProject & { readonly sizes: number[]; readonly flushed: boolean[] }
> {
  const store = await aProject([anImage()]);
  const sizes: number[] = [];
  const flushed: boolean[] = [];
  return {
    store,
    sizes,
    flushed,
    largeChanges: new LargeChanges((id) => store.entities.get(id)),
    formerLinks: new FormerLinks(),
    ready: store.checked,
    commit({ diff, extras }) {
      flushed.push(extras?.goesOn !== true);
      sizes.push(diff.added.length + diff.changed.length + diff.removed.length);
      return store.commit(diff, extras);
    },
  };
}

function waiting(diff: Diff): WaitingChange {
  const change = new WaitingChange();
  onTestFinished(() => change.close());
  change.add(diff);
  return change;
}

const masks = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    anAnnotation({ id: anAnnotationId(`mask-${n}`), name: `mask ${n}` }),
  );

test('ten thousand masks go in by slices, and others get their turn after each', async () => {
  const project = await anOpenProject();
  let turns = 0;
  const others = setInterval(() => (turns += 1), 0);
  const diff = { added: masks(10_000), changed: [], removed: [] };
  const revision = await commitInSlices(project, waiting(diff), { label: 'Import' }, signal);
  clearInterval(others);
  expect(project.sizes).toEqual(Array(40).fill(250));
  // The disk is waited for once, when all of it is written.
  expect(project.flushed).toEqual([...Array(39).fill(false), true]);
  expect([revision, project.store.all('annotation')]).toEqual([41, diff.added]);
  expect(turns).toBeGreaterThanOrEqual(39);
});

test('what others point to comes first and goes last, whatever the order of the change', async () => {
  const project = await anOpenProject();
  const rest = everyKind.slice(1).reverse();
  const many = masks(2_500).map((mask) => ({ ...mask, categoryId: aCategoryId('category-1') }));
  const diff = { added: [...rest, ...many], changed: [], removed: [] };
  await commitInSlices(project, waiting(diff), { label: 'Import' }, signal);
  const kept = project.store.entities.size;
  await commitInSlices(
    project,
    waiting({ added: [], changed: [], removed: diff.added.toReversed() }),
    { label: 'Away' },
    signal,
  );
  expect([kept, project.store.entities.size]).toEqual([2_505, 1]);
});

test('where a slice is refused, or the person cancels, nothing of the change is left', async () => {
  const project = await anOpenProject();
  const wrong = anAnnotation({ id: anAnnotationId('wrong'), area: 7 });
  const diff = {
    added: [aCategory(), aTurn(), ...masks(3_000), wrong, aTarget({ id: aTargetId('t') })],
    changed: [],
    removed: [],
  };
  const before = [...project.store.entities.values()];
  await expect(commitInSlices(project, waiting(diff), { label: 'Import' }, signal)).rejects.toMatchObject({
    code: 'invalid-change',
  });
  expect([...project.store.entities.values()]).toEqual(before);
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  const cancelled = commitInSlices(
    project,
    waiting({ ...diff, added: masks(5_000) }),
    { label: 'Import' },
    stop.signal,
  );
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  expect([...project.store.entities.values()]).toEqual(before);
});
