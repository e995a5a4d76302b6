import { expect, test, vi } from 'vitest';
import { ImageTiles } from '../../../renderer/picture/image-tiles.ts';
import { tilesIn } from '../../../renderer/picture/tile-grid.ts';
import { anImageId } from '../../helpers/records.ts';

const source = { imageId: anImageId('image-1'), version: 'v1' };

interface Request {
  readonly address: string;
  readonly signal: AbortSignal;
  readonly answer: (picture: string) => void;
  readonly fail: () => void;
}

/** Tiles whose requests the test answers by hand. */
function tilesOnDemand() {
  const requests: Request[] = [];
  const released: string[] = [];
  const tiles = new ImageTiles<string>({
    load: (address, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')));
        requests.push({ address, signal, answer: resolve, fail: () => reject(new Error('404')) });
      }),
    bytesOf: () => 10,
    release: (picture) => released.push(picture),
    limitBytes: 1_000,
    onChange: () => undefined,
  });
  return { tiles, requests, released };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test('the tiles in the middle of the pane are asked for first, and not all at once', () => {
  const { tiles, requests } = tilesOnDemand();
  tiles.want(source, tilesIn([0, 0, 2560, 2560], 0));
  expect(requests.length).toBe(6);
  expect(requests[0]?.address).toContain('/0/2-2');
});

test('what scrolls out of sight is not waited for', async () => {
  const { tiles, requests } = tilesOnDemand();
  tiles.want(source, [{ level: 0, column: 0, row: 0 }]);
  tiles.want(source, [{ level: 0, column: 9, row: 9 }]);
  expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  requests[1]?.answer('far');
  await soon();
  expect(tiles.get(source, { level: 0, column: 9, row: 9 })).toBe('far');
  expect(tiles.isSettled).toBe(true);
});

test('another version of the file is another picture', async () => {
  const { tiles, requests } = tilesOnDemand();
  const tile = { level: 0, column: 0, row: 0 };
  tiles.want(source, [tile]);
  requests[0]?.answer('old');
  await soon();
  expect(tiles.get({ ...source, version: 'v2' }, tile)).toBe(null);
});

test('a tile that cannot be had is tried three times, then the image counts as unreadable until it is put back', async () => {
  vi.useFakeTimers();
  try {
    const { tiles, requests } = tilesOnDemand();
    tiles.want(source, [{ level: 0, column: 0, row: 0 }]);
    for (let attempt = 0; attempt < 3; attempt++) {
      requests[attempt]?.fail();
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect([requests.length, tiles.hasFailures]).toEqual([3, true]);
    tiles.retry();
    expect([requests.length, tiles.hasFailures]).toEqual([4, false]);
  } finally {
    vi.useRealTimers();
  }
});

test('after disposing nothing is kept and a late answer is released', async () => {
  const { tiles, requests, released } = tilesOnDemand();
  tiles.want(source, [{ level: 0, column: 0, row: 0 }]);
  requests[0]?.answer('late');
  tiles.dispose();
  await soon();
  expect(released).toEqual(['late']);
});
