import { describe, expect, test } from 'vitest';
import type { Box } from '../../../electron/common/geometry.ts';
import { differenceOf, unionOf } from '../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { boxOf } from '../../../electron/common/runs.ts';
import { ByteCache } from '../../../renderer/picture/byte-cache.ts';
import { type PaintedMask, composeFill } from '../../../renderer/picture/compose-tile.ts';
import { MaskTiles, maskTileSide } from '../../../renderer/picture/mask-tiles.ts';
import { noteOrigin, versionIn } from '../../../renderer/picture/mask-versions.ts';
import { tilesIn } from '../../../renderer/picture/tile-grid.ts';

const image = { width: 1000, height: 700 };
const everything: Box = [0, 0, image.width, image.height];
const now = (): boolean => true;

function aMask(box: Box, fields: Partial<PaintedMask> = {}): PaintedMask {
  const runs = boxRuns(box, image);
  return { runs, box: boxOf(runs), colour: 255, pattern: 0, ...fields };
}

function someTiles() {
  const tiles = new MaskTiles({ compose: composeFill, layers: 1, limitBytes: 64 * 1024 * 1024 });
  /** How many tiles had to be composed to show these masks. */
  const show = (masks: readonly PaintedMask[], level = 0): number => {
    const before = tiles.composed;
    for (const tile of tilesIn(everything, level, maskTileSide)) tiles.tile(tile, masks, image, now);
    return tiles.composed - before;
  };
  return { tiles, show };
}

describe('tiles of masks', () => {
  test('are composed once and then only where a mask came, went or changed', () => {
    const { show } = someTiles();
    const one = aMask([10, 10, 50, 50]);
    const two = aMask([600, 400, 300, 200]);
    expect(show([one, two])).toBe(1 + 4);
    expect(show([one, two])).toBe(0);
    expect(show([one])).toBe(0); // empty tiles need no composing
    expect(show([one, { ...two, colour: 7 }])).toBe(4);
    expect(
      show([
        { ...one, pattern: 2 },
        { ...two, colour: 7 },
      ]),
    ).toBe(1);
  });

  test('see a change of the order where masks overlap', () => {
    const { show } = someTiles();
    const low = aMask([10, 10, 50, 50]);
    const high = aMask([40, 40, 50, 50], { colour: 9 });
    expect(show([low, high])).toBe(1);
    expect(show([high, low])).toBe(1);
  });

  test('are composed again after a stroke only where the stroke was', () => {
    const { show } = someTiles();
    const large = aMask([0, 0, 1000, 700]);
    expect(show([large])).toBe(12);
    const dab = boxRuns([300, 300, 20, 20], image);
    const erased = differenceOf(large.runs, dab);
    noteOrigin(erased, large.runs);
    expect(show([{ ...large, runs: erased }])).toBe(1);
    // Undo and redo show pictures that are there already.
    expect(show([large])).toBe(0);
    expect(show([{ ...large, runs: erased }])).toBe(0);
  });

  test('keep the old picture while there is no time, and say so', () => {
    const { tiles } = someTiles();
    const [tile] = tilesIn([0, 0, 10, 10], 0, maskTileSide) as [Parameters<typeof tiles.tile>[0]];
    const first = aMask([0, 0, 10, 10]);
    const { art } = tiles.tile(tile, [first], image, now);
    const next = [{ ...first, colour: 3 }];
    expect(tiles.tile(tile, next, image, () => false)).toEqual({ art, isCurrent: false });
    expect(tiles.tile(tile, next, image, now).isCurrent).toBe(true);
  });
});

describe('versions of a mask', () => {
  test('differ exactly where pixels differ, over a whole history of edits', () => {
    const base = boxRuns([100, 100, 400, 400], image);
    const places: Box[] = [
      [120, 120, 10, 10],
      [450, 450, 200, 10],
      [800, 600, 50, 50],
    ];
    let runs = base;
    for (const place of places) {
      const next = unionOf(
        differenceOf(runs, boxRuns(place, image)),
        boxRuns([place[0], place[1], 5, 5], image),
      );
      noteOrigin(next, runs);
      runs = next;
    }
    for (const place of places) expect(versionIn(runs, place)).not.toBe(versionIn(base, place));
    expect(versionIn(runs, [0, 0, 90, 90])).toBe(versionIn(base, [0, 0, 90, 90]));
    expect(versionIn(runs, [0, 500, 90, 90])).toBe(versionIn(base, [0, 500, 90, 90]));
  });

  test('a mask of unknown origin shares nothing', () => {
    const a = boxRuns([0, 0, 10, 10], image);
    const b = boxRuns([0, 0, 10, 10], image);
    expect(versionIn(a, everything)).not.toBe(versionIn(b, everything));
  });
});

test('the cache drops what was used longest ago, releases it, and keeps the newest however large', () => {
  const released: string[] = [];
  const cache = new ByteCache<string>({ limitBytes: 100, release: (value) => released.push(value) });
  cache.set('a', 'A', 40);
  cache.set('b', 'B', 40);
  cache.get('a');
  cache.set('c', 'C', 40);
  expect(released).toEqual(['B']);
  cache.set('d', 'D', 500);
  expect([cache.get('a'), cache.get('c'), cache.get('d')]).toEqual([null, null, 'D']);
  cache.clear();
  expect([cache.bytes, released]).toEqual([0, ['B', 'A', 'C', 'D']]);
});
