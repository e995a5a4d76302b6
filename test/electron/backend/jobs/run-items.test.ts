import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGate } from '../../../../electron/backend/jobs/gate.ts';
import { runItems, type ItemsRun } from '../../../../electron/backend/jobs/run-items.ts';
import { AppError } from '../../../../electron/common/errors.ts';

const fine = { note: '', figures: {} };

function aRun(fields: Partial<ItemsRun<number>>): ItemsRun<number> & { readonly recorded: unknown[] } {
  const recorded: unknown[] = [];
  return {
    items: [1, 2, 3, 4, 5, 6],
    concurrency: 2,
    work: () => Promise.resolve(fine),
    record: async (item, result) => void recorded.push([item, 'code' in result ? result.code : 'done']),
    mayStart: () => Promise.resolve(),
    onChange: () => undefined,
    signal: new AbortController().signal,
    recorded,
    ...fields,
  };
}

test('at most so many items are under way at once, and each is done once', async () => {
  let [now, most] = [0, 0];
  const run = aRun({
    concurrency: 3,
    async work() {
      most = Math.max(most, ++now);
      await sleep(1);
      now--;
      return fine;
    },
  });
  await runItems(run);
  expect(most).toBe(3);
  expect(run.recorded).toHaveLength(6);
});

test('an item that fails is recorded with its reason and the others go on', async () => {
  const run = aRun({
    concurrency: 1,
    work: (item) =>
      item === 2 ? Promise.reject(new AppError('image-missing', 'Gone.')) : Promise.resolve(fine),
  });
  await runItems(run);
  expect(run.recorded.slice(0, 3)).toEqual([
    [1, 'done'],
    [2, 'image-missing'],
    [3, 'done'],
  ]);
});

test('what concerns all items ends the run at once, and blames none of them', async () => {
  const run = aRun({
    concurrency: 1,
    work: (item) => (item === 3 ? Promise.reject(new AppError('disk-full', 'Full.')) : Promise.resolve(fine)),
  });
  await expect(runItems(run)).rejects.toMatchObject({ code: 'disk-full' });
  expect(run.recorded).toEqual([
    [1, 'done'],
    [2, 'done'],
  ]);
});

test('a model that dies of one item is asked again once; three items in a row that kill it end the run', async () => {
  const asked: number[] = [];
  const dies = (deadly: readonly number[]) =>
    aRun({
      concurrency: 1,
      work(item) {
        asked.push(item);
        return deadly.includes(item)
          ? Promise.reject(new AppError('inference-crashed', 'Died.'))
          : Promise.resolve(fine);
      },
    });
  const one = dies([2]);
  await runItems(one);
  expect(asked).toEqual([1, 2, 2, 3, 4, 5, 6]);
  expect(one.recorded[1]).toEqual([2, 'inference-crashed']);
  const all = dies([2, 3, 4]);
  await expect(runItems(all)).rejects.toMatchObject({ code: 'inference-crashed' });
  expect(all.recorded).toEqual([
    [1, 'done'],
    [2, 'inference-crashed'],
    [3, 'inference-crashed'],
  ]);
});

test('cancelling leaves items under way neither done nor failed; while the gate is shut none begins', async () => {
  const stop = new AbortController();
  const gate = createGate();
  const run = aRun({
    concurrency: 1,
    mayStart: () => gate.pass(stop.signal),
    async work(item, signal) {
      if (item === 2) gate.shut();
      if (item === 4) stop.abort();
      signal.throwIfAborted();
      return fine;
    },
    signal: stop.signal,
  });
  const ended = runItems(run);
  await sleep(5);
  expect(run.recorded).toHaveLength(2);
  gate.open();
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  expect(run.recorded.map((line) => (line as [number])[0])).toEqual([1, 2, 3]);
});
