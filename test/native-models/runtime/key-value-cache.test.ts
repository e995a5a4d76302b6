import { describe, expect, test } from 'vitest';
import { DeviceCache, HostCache } from '../../../native-models/runtime/key-value-cache.ts';
import { floats } from '../../../native-models/runtime/ort.ts';
import type { DeviceTensor, HostTensor, RunTensor } from '../../../native-models/runtime/ort.ts';

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

describe('the cache on the device', () => {
  test('starts from a dummy row in main memory, then feeds back what the last run gave', () => {
    const cache = new DeviceCache(language);
    expect(host(cache.feeds()['past_key.0'])).toEqual(floats(new Float32Array(3), [1, 1, 3]));
    const { outputs, released } = deviceOutputs(cache, 5);
    cache.append(outputs, 4);
    expect(cache.rows).toBe(5);
    expect(cache.feeds()['past_value.1']).toMatchObject({ location: 'device', dims: [5, 1, 3] });
    expect(released).toEqual([]);
  });

  test('drops rows by looking at fewer of them, and releases memory it no longer needs', () => {
    const cache = new DeviceCache(language);
    const first = deviceOutputs(cache, 7);
    cache.append(first.outputs, 2); // four of six drafted rows were wrong
    expect(cache.feeds()['past_key.1']?.dims).toEqual([3, 1, 3]);
    cache.truncate(2);
    expect(cache.feeds()['past_key.1']?.dims).toEqual([2, 1, 3]);
    const second = deviceOutputs(cache, 3);
    cache.append(second.outputs, 1);
    expect(first.released).toHaveLength(4);
    cache.release();
    expect(second.released).toHaveLength(4);
    expect(cache.rows).toBe(1);
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

function deviceOutputs(
  cache: DeviceCache,
  rows: number,
): { outputs: Record<string, RunTensor>; released: string[] } {
  const released: string[] = [];
  const tensor = (name: string, dims: readonly number[]): DeviceTensor => ({
    location: 'device',
    dims,
    withDims: (other) => tensor(name, other),
    release: () => released.push(name),
  });
  return {
    outputs: Object.fromEntries(cache.outputNames.map((name) => [name, tensor(name, [rows, 1, 3])])),
    released,
  };
}

function host(tensor: RunTensor | undefined): HostTensor {
  if (tensor?.location !== 'host') throw new Error('Not in main memory.');
  return tensor;
}
