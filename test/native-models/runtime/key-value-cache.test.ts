import { describe, expect, test } from 'vitest';
import { BoundCache } from '../../../native-models/runtime/bound-cache.ts';
import { HostCache } from '../../../native-models/runtime/host-cache.ts';
import { floats } from '../../../native-models/runtime/ort-tensors.ts';
import type { HostTensor, RunTensor, Session } from '../../../native-models/runtime/ort-tensors.ts';
import { keepToRunsThatAgree } from '../../../native-models/runtime/runs-that-agree.ts';
import type { Cell } from '../../../native-models/runtime/sequence.ts';
import { scriptedLongRuns } from './scripted-model.ts';

const language = { layers: 2, heads: 1, headDim: 3 };
const rowSize = 3;

describe('the cache in main memory', () => {
  test('holds what was appended, behind a dummy row, however often it grows', () => {
    const cache = new HostCache(language, 1000);
    const written: number[] = [0];
    for (let run = 1; written.length < 900; run++) {
      const count = 1 + (run % 70);
      cache.append(newRows(cache, written.length, count + 2), count); // two more than are kept: a wrong draft
      written.push(...Array.from({ length: count }, (_, row) => written.length + row));
    }
    expect(cache.rows).toBe(written.length);
    expect(Object.keys(cache.feeds())).toEqual(['past_key.0', 'past_value.0', 'past_key.1', 'past_value.1']);
    for (const [index, name] of Object.keys(cache.feeds()).entries()) {
      const { data, dims } = host(cache.feeds()[name]);
      expect(dims).toEqual([written.length, 1, 3]);
      expect([...data]).toEqual(
        written.flatMap((row) => Array(rowSize).fill(row === 0 ? 0 : row * 10 + index)),
      );
    }
  });

  test('is read in place: feeding it copies nothing', () => {
    const cache = new HostCache(language, 1000);
    cache.append(newRows(cache, 1, 5), 5);
    expect(host(cache.feeds()['past_key.0']).data.buffer).toBe(host(cache.feeds()['past_key.0']).data.buffer);
  });

  test('forgets rows without losing those before them', () => {
    const cache = new HostCache(language, 100);
    cache.append(newRows(cache, 1, 6), 6);
    cache.truncate(3);
    cache.append(newRows(cache, 50, 1), 1);
    expect([...host(cache.feeds()['past_key.0']).data].filter((_, index) => index % rowSize === 0)).toEqual([
      0, 10, 20, 500,
    ]);
    cache.truncate(0);
    expect(cache.rows).toBe(1); // the dummy stays
  });

  test('refuses to grow past its limit, and use after release', () => {
    const cache = new HostCache(language, 4);
    cache.append(newRows(cache, 1, 3), 3);
    expect(() => cache.append(newRows(cache, 4, 1), 1)).toThrow(/at most 4 rows/);
    cache.release();
    expect(() => cache.feeds()).toThrow(/released/);
  });
});

describe('the cache in the GPU’s memory', () => {
  test('is made once and bound to itself: what a run reads is what it writes into', async () => {
    const { session, made } = deviceSession();
    const cache = await BoundCache.create(session, language, { capacity: 8, dtype: 'f16' });
    expect(made).toEqual(Array(4).fill('f16 1,1,8,3'));
    const inputs = cache.inputs([], [cell(5), cell(9)]);
    for (const [index, name] of ['key.0', 'value.0', 'key.1', 'value.1'].entries())
      expect(cache.bound[`present_${name}`], String(index)).toBe(inputs[`past_${name}`]);
  });

  test('tells a run where each row stands and how many there will be', async () => {
    const cache = await BoundCache.create(deviceSession().session, language, { capacity: 8, dtype: 'f32' });
    cache.inputs([], [cell(0), cell(1), cell(40)]);
    cache.append({}, 3);
    const inputs = cache.inputs([], [cell(41), cell(42)]);
    expect([...host(inputs['positions']).data].map(Number)).toEqual([0, 1, 40, 41, 42, 0, 0, 0]);
    expect([...host(inputs['last_row']).data]).toEqual([4]);
    expect([...host(inputs['total_rows']).data]).toEqual([5]);
  });

  test('writes over what was forgotten: a wrong draft, another question', async () => {
    const cache = await BoundCache.create(deviceSession().session, language, { capacity: 8, dtype: 'f32' });
    cache.inputs([], [cell(0), cell(1), cell(2), cell(3)]);
    cache.append({}, 2); // two of four drafted rows were wrong
    expect(host(cache.inputs([], [cell(7)])['positions']).data.slice(0, 3)).toEqual(
      BigInt64Array.of(0n, 1n, 7n),
    );
    cache.truncate(1);
    expect(cache.rows).toBe(1);
    expect([...host(cache.inputs([], [cell(8)])['total_rows']).data]).toEqual([2]);
  });

  test('refuses to grow past its capacity, and cells that nobody may look at', async () => {
    const cache = await BoundCache.create(deviceSession().session, language, { capacity: 2, dtype: 'f32' });
    expect(() => cache.inputs([], [cell(0), cell(1), cell(2)])).toThrow(/at most 2 rows/);
    expect(() => cache.inputs([], [{ ...cell(0), isVisible: false }])).toThrow(/nobody may look at/);
  });

  test('gives back all it got when the GPU has no room for the rest', async () => {
    const { session, released } = deviceSession(3);
    await expect(BoundCache.create(session, language, { capacity: 8, dtype: 'f32' })).rejects.toThrow(/full/);
    expect(released).toHaveLength(3);
  });

  test('keeps to short runs where long ones come out wrong, be it in some rows', async () => {
    for (const wrong of ['nothing', 'all', 'all but the last'] as const) {
      const { decoder, cache } = await scriptedLongRuns(wrong);
      await keepToRunsThatAgree(decoder, cache, { vocabulary: 50 });
      expect(cache.cellsPerRun).toBe(wrong === 'nothing' ? 128 : 31);
      expect(decoder.cells).toEqual([]);
    }
  });

  test('asks for longer runs where they are quick and for shorter ones where cancelling would wait', async () => {
    const cache = await BoundCache.create(deviceSession().session, language, { capacity: 8, dtype: 'f32' });
    cache.noteRun(128, 20);
    expect(cache.cellsPerRun).toBe(512);
    cache.noteRun(512, 400);
    expect(cache.cellsPerRun).toBe(192);
    cache.noteRun(192, 5000);
    expect(cache.cellsPerRun).toBe(64);
    cache.noteRun(1, 0.01); // a step says nothing about long runs
    expect(cache.cellsPerRun).toBe(64);
  });
});

/** Rows numbered from `first`; row r of part p holds r * 10 + p. */
function newRows(cache: HostCache, first: number, count: number): Record<string, RunTensor> {
  return Object.fromEntries(
    cache.outputNames.map((name, part) => {
      const data = Float32Array.from(
        { length: count * rowSize },
        (_, index) => (first + Math.floor(index / rowSize)) * 10 + part,
      );
      return [name, floats(data, [count, 1, 3])];
    }),
  );
}

/** A session that only gives memory, `room` tensors of it. */
function deviceSession(room = Number.POSITIVE_INFINITY): {
  session: Session;
  made: string[];
  released: number[];
} {
  const made: string[] = [];
  const released: number[] = [];
  const session: Session = {
    inputNames: [],
    outputNames: [],
    run: () => Promise.resolve({}),
    allocate: (dtype, dims) => {
      if (made.length >= room) return Promise.reject(new Error('The card is full.'));
      const number = made.push(`${dtype} ${dims.join()}`);
      return Promise.resolve({ location: 'device', dims, release: () => released.push(number) });
    },
    release: () => Promise.resolve(),
  };
  return { session, made, released };
}

function cell(position: number): Cell {
  return { token: 1, image: null, position, isVisible: true };
}

function host(tensor: RunTensor | undefined): HostTensor {
  if (tensor?.location !== 'host') throw new Error('Not in main memory.');
  return tensor;
}
