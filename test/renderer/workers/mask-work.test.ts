import { expect, test } from 'vitest';
import { unionOf } from '../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { emptyRuns, isSameMask } from '../../../electron/common/runs.ts';
import { contoursOf } from '../../../electron/common/contour.ts';
import { randomBitmaps, runsOfBitmap } from '../../helpers/masks.ts';
import { maskOperations } from '../../../renderer/workers/mask-operations.ts';
import { MaskWork, type WorkerLike } from '../../../renderer/workers/mask-work.ts';
import type { WorkOrder } from '../../../renderer/workers/worker-messages.ts';

const size = { width: 50, height: 40 };
const square = boxRuns([5, 5, 10, 10], size);

/** Workers that answer when the test says so. */
function workersByHand() {
  const started: { orders: WorkOrder[]; isEnded: boolean; worker: WorkerLike }[] = [];
  const start = (): WorkerLike => {
    const entry: (typeof started)[number] = {
      orders: [],
      isEnded: false,
      worker: {
        onmessage: null,
        onerror: null,
        postMessage: (order) => entry.orders.push(order),
        terminate: () => {
          entry.isEnded = true;
        },
      },
    };
    started.push(entry);
    return entry.worker;
  };
  const answer = (index: number, output: unknown): void => {
    const entry = started[index];
    const order = entry?.orders.at(-1);
    entry?.worker.onmessage?.({ data: { id: order?.id ?? -1, output } } as MessageEvent);
  };
  return { started, start, answer };
}

test('orders are done one after another by one worker', async () => {
  const { started, start, answer } = workersByHand();
  const work = new MaskWork(start);
  const first = work.run('grow', { runs: square, amount: 1 });
  const second = work.run('shrink', { runs: square, amount: 1 });
  expect(started.map(({ orders }) => orders.map(({ name }) => name))).toEqual([['grow']]);
  answer(0, 'grown');
  answer(0, 'shrunk');
  expect([await first, await second]).toEqual(['grown', 'shrunk']);
});

test('cancelling the running order ends its worker, and the next one is done by another', async () => {
  const { started, start, answer } = workersByHand();
  const work = new MaskWork(start);
  const abort = new AbortController();
  const first = work.run('grow', { runs: square, amount: 90 }, abort.signal);
  const second = work.run('split', { runs: square });
  abort.abort();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect(started.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  answer(1, [square]);
  expect(await second).toEqual([square]);
});

test('one signal that ends several orders ends one worker, and none is begun only to be ended', async () => {
  const { started, start, answer } = workersByHand();
  const work = new MaskWork(start);
  const abort = new AbortController();
  const stale = [1, 2, 3].map((amount) => work.run('grow', { runs: square, amount }, abort.signal));
  const wanted = work.run('grow', { runs: square, amount: 9 });
  abort.abort();
  for (const order of stale) await expect(order).rejects.toMatchObject({ code: 'cancelled' });
  answer(1, 'grown');
  expect([await wanted, started.map(({ orders }) => orders.length)]).toEqual(['grown', [1, 1]]);
});

test('cancelling an order that waits leaves the running one alone', async () => {
  const { started, start, answer } = workersByHand();
  const work = new MaskWork(start);
  const abort = new AbortController();
  const first = work.run('grow', { runs: square, amount: 1 });
  const second = work.run('shrink', { runs: square, amount: 1 }, abort.signal);
  abort.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  answer(0, 'grown');
  expect([await first, started.length, started[0]?.isEnded]).toEqual(['grown', 1, false]);
  await expect(work.run('grow', { runs: square, amount: 1 }, abort.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('a worker that dies fails its order with a sentence; the next order gets a new worker', async () => {
  const { started, start, answer } = workersByHand();
  const work = new MaskWork(start);
  const first = work.run('smooth', { runs: square, amount: 3 });
  started[0]?.worker.onerror?.({ message: 'out of memory' } as ErrorEvent);
  await expect(first).rejects.toMatchObject({ message: 'The work on the mask stopped: out of memory.' });
  const second = work.run('smooth', { runs: square, amount: 3 });
  answer(1, square);
  expect(await second).toBe(square);
});

test('disposing cancels everything', async () => {
  const { started, start } = workersByHand();
  const work = new MaskWork(start);
  const orders = [work.run('split', { runs: square }), work.run('split', { runs: square })];
  work.dispose();
  for (const order of orders) await expect(order).rejects.toMatchObject({ code: 'cancelled' });
  expect(started[0]?.isEnded).toBe(true);
});

test('outlines put back unchanged leave every mask as it was, and outlines taken away empty it', () => {
  for (const bitmap of randomBitmaps({ seed: 31, count: 80, side: 24 })) {
    const runs = runsOfBitmap(bitmap);
    const before = contoursOf(runs);
    expect(isSameMask(maskOperations.reshape({ runs, before, after: before }), runs)).toBe(true);
    expect(isSameMask(maskOperations.reshape({ runs, before, after: [] }), emptyRuns(runs))).toBe(true);
  }
});

test('a part drawn over another becomes one with it, not a hole', () => {
  const other = boxRuns([10, 10, 10, 10], size);
  const after = [...contoursOf(square), ...contoursOf(other)];
  const reshaped = maskOperations.reshape({ runs: square, before: contoursOf(square), after });
  expect(isSameMask(reshaped, unionOf(square, other))).toBe(true);
});
