import { describe, expect, test } from 'vitest';
import { emptyCrop } from '../../../electron/common/bitmap.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { boxOf } from '../../../electron/common/runs.ts';
import { Changeover } from '../../../renderer/picture/changeover.ts';
import type { PaintedMask } from '../../../renderer/picture/compose-tile.ts';
import { FrameBudget } from '../../../renderer/canvas/frame-budget.ts';
import { type LiveEdit, StrokeBits } from '../../../renderer/picture/live-edit.ts';
import type { SceneMasks } from '../../../renderer/picture/painted-masks.ts';

const size = { width: 100, height: 80 };

function masksWith(width: number): SceneMasks {
  const runs = boxRuns([0, 0, width, 10], size);
  const active: PaintedMask = { runs, box: boxOf(runs), colour: 1, pattern: 0 };
  return { committed: [], active, selected: [active], hovered: null };
}
const stroke: LiveEdit = {
  kind: 'stroke',
  effect: 'add',
  colour: 1,
  stroke: new StrokeBits(emptyCrop([0, 0, 10, 10]), size),
};
const ready = (): boolean => true;
const notReady = (): boolean => false;

describe('after an edit', () => {
  test('the old mask with the stroke over it stands until the new mask is ready, and both change in one frame', () => {
    const [before, after] = [masksWith(10), masksWith(20)];
    const changeover = new Changeover(before);
    changeover.setLive(stroke, null);
    changeover.want(after);
    changeover.setLive(null, null);
    expect(changeover.step(notReady)).toBe(false);
    expect(changeover.shown).toEqual({ masks: before, live: stroke, strokePicture: null });
    expect(changeover.step(ready)).toBe(true);
    expect(changeover.shown).toEqual({ masks: after, live: null, strokePicture: null });
    expect([changeover.isWaiting, changeover.step(ready)]).toEqual([false, false]);
  });

  test('that changed nothing, the stroke goes at once', () => {
    const changeover = new Changeover(masksWith(10));
    changeover.setLive(stroke, null);
    changeover.setLive(null, null);
    expect(changeover.shown.live).toBe(null);
  });

  test('the next stroke begins on the newest mask, however little of it was composed', () => {
    const after = masksWith(20);
    const changeover = new Changeover(masksWith(10));
    changeover.setLive(stroke, null);
    changeover.want(after);
    changeover.setLive(null, null);
    const next: LiveEdit = { ...stroke, effect: 'erase' };
    changeover.setLive(next, null);
    expect(changeover.shown).toEqual({ masks: after, live: next, strokePicture: null });
  });

  test('masks that change faster than they can be composed are shown all the same', () => {
    const changeover = new Changeover(masksWith(10));
    const shownAfter: number[] = [];
    for (let frame = 1; frame <= 40; frame++) {
      changeover.want(masksWith(frame));
      if (changeover.step(notReady)) shownAfter.push(frame);
    }
    expect(shownAfter).toEqual([12, 24, 36]);
  });
});

test('a frame has time for at least one tile, and for no more when its limit is over', () => {
  let now = 0;
  const budget = new FrameBudget(7, () => now);
  const inOneFrame = (costMs: number): number => {
    budget.startFrame();
    let tiles = 0;
    for (; budget.hasTime(); tiles++) now += costMs;
    return tiles;
  };
  expect([inOneFrame(2), inOneFrame(7), inOneFrame(50), inOneFrame(1)]).toEqual([4, 1, 1, 7]);
});
