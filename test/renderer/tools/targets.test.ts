import { describe, expect, test } from 'vitest';
import { imagePoint } from '../../../electron/common/geometry.ts';
import { differenceOf, intersectionOf, unionOf } from '../../../electron/common/mask-algebra.ts';
import { storedMask } from '../../../renderer/picture/mask-runs.ts';
import { boxRuns, moveMask } from '../../../electron/common/mask-region.ts';
import { areaOf, isSameMask } from '../../../electron/common/runs.ts';
import { maskRuns } from '../../../renderer/picture/mask-runs.ts';
import { brushTool } from '../../../renderer/tools/brush-tool.ts';
import { commitResults } from '../../../renderer/tools/clean-up.ts';
import {
  insertedCorner,
  nearestCorner,
  nearestSide,
  removedCorner,
} from '../../../renderer/tools/corners.ts';
import { withMask } from '../../../renderer/tools/mask-edit.ts';
import { selectTool } from '../../../renderer/tools/select-tool.ts';
import { combineSelected, splitActive } from '../../../renderer/tools/target-algebra.ts';
import {
  clipboardText,
  copyOf,
  fromClipboardText,
  pasted,
} from '../../../renderer/tools/target-clipboard.ts';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { aCategory, aCategoryId, anImage, anImageId } from '../../helpers/records.ts';
import { aTargetOf, aTestWorkbench, clickAt, dragThrough, pointerAt } from '../../helpers/test-workbench.ts';

const size = { width: 200, height: 120 };
const left = boxRuns([20, 20, 60, 60], size);
const right = boxRuns([50, 40, 60, 60], size);
const targets = [aTargetOf('low', left, { order: 1 }), aTargetOf('high', right, { order: 2 })];

describe('selecting', () => {
  test('takes the topmost target, Alt the next one below, Shift adds, a click beside all selects nothing', () => {
    const bench = aTestWorkbench({ size, targets });
    const tool = selectTool(bench);
    const names = () => bench.selected().map(({ name }) => name);
    clickAt(tool, bench, [60, 50]);
    expect(names()).toEqual(['high']);
    clickAt(tool, bench, [60, 50], { alt: true });
    expect(names()).toEqual(['low']);
    clickAt(tool, bench, [100, 90], { shift: true });
    expect(names()).toEqual(['low', 'high']);
    clickAt(tool, bench, [190, 10]);
    expect(names()).toEqual([]);
    expect(bench.labels).toEqual([]);
  });

  test('a second click in the same place reaches the mask beneath, round and round; a drag moves, a double click corrects the one above', () => {
    const bench = aTestWorkbench({ size, targets });
    const tool = selectTool(bench);
    const names = () => bench.selected().map(({ name }) => name);
    clickAt(tool, bench, [60, 50]);
    clickAt(tool, bench, [60, 50]);
    expect(names()).toEqual(['low']);
    clickAt(tool, bench, [60, 50]);
    expect(names()).toEqual(['high']);
    dragThrough(tool, bench, [
      [60, 50],
      [70, 50],
    ]);
    expect([names(), bench.labels]).toEqual([['high'], ['Move high']]);
    clickAt(tool, bench, [65, 50]);
    clickAt(tool, bench, [65, 50], { clicks: 2 });
    expect(bench.state.edited).toEqual(['high']);
  });

  test('a double click takes the target up to correct it; a locked one says why, and beside all nothing happens', () => {
    const twice = (bench: ReturnType<typeof aTestWorkbench>, at: readonly [number, number], alt = false) => {
      const tool = selectTool(bench);
      clickAt(tool, bench, at, { alt });
      clickAt(tool, bench, at, { clicks: 2, alt });
    };
    const bench = aTestWorkbench({ size, targets });
    twice(bench, [60, 50]);
    expect(bench.state.edited).toEqual(['high']);
    twice(bench, [190, 10]);
    // Alt goes down through what lies there: two of its clicks are two steps.
    twice(bench, [60, 50], true);
    expect([bench.state.edited, bench.labels]).toEqual([['high'], []]);
    const locked = aTestWorkbench({ size, targets: [aTargetOf('low', left, { locked: true })] });
    twice(locked, [30, 30]);
    expect([locked.state.edited, locked.hints.at(-1)]).toEqual([
      [],
      expect.stringMatching(/"low" is locked/u),
    ]);
  });

  test('dragging at the second click moves, and does not take up the target', () => {
    const bench = aTestWorkbench({ size, targets });
    const tool = selectTool(bench);
    clickAt(tool, bench, [60, 50]);
    const path = [
      [60, 50],
      [70, 50],
    ] as const;
    dragThrough(tool, bench, path, { clicks: 2 });
    expect([bench.state.edited, bench.labels]).toEqual([[], ['Move high']]);
  });

  test('a press on the selected target keeps it, even under another one, so that it can be moved', () => {
    const bench = aTestWorkbench({ size, targets, selected: ['low'] });
    dragThrough(selectTool(bench), bench, [
      [60, 50],
      [70, 45],
    ]);
    expect(isSameMask(bench.runs('low'), moveMask(left, imagePoint({ x: 10, y: -5 })))).toBe(true);
    expect(bench.labels).toEqual(['Move low']);
  });

  test('a mask moved out of the image is cut there, and undo brings all of it back', () => {
    const bench = aTestWorkbench({ size, targets, selected: ['low'] });
    dragThrough(selectTool(bench), bench, [
      [30, 30],
      [-20, 30],
    ]);
    expect(bench.record('low').bbox).toEqual([0, 20, 30, 60]);
    bench.undo();
    expect(isSameMask(bench.runs('low'), left)).toBe(true);
  });

  test('a trembling hand moves nothing, a locked target stays and says why', () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('low', left, { locked: true })],
      selected: ['low'],
    });
    const tool = selectTool(bench);
    dragThrough(tool, bench, [
      [30, 30],
      [32, 31],
    ]);
    expect(bench.hints).toEqual([]);
    dragThrough(tool, bench, [
      [30, 30],
      [60, 30],
    ]);
    expect([bench.labels, bench.hints.at(-1)]).toEqual([[], expect.stringMatching(/locked/u)]);
  });

  test('Escape during a move leaves the mask where it was', () => {
    const bench = aTestWorkbench({ size, targets, selected: ['low'] });
    const tool = selectTool(bench);
    tool.press?.(pointerAt(bench, [30, 30]));
    tool.drag?.(pointerAt(bench, [80, 30]));
    expect(bench.state.live).toEqual({ kind: 'move', by: { x: 50, y: 0 } });
    tool.abandon?.();
    expect([bench.state.live, bench.labels]).toEqual([null, []]);
  });
});

describe('masks combined', () => {
  test('union, intersection and difference change the last selected target and leave the others', () => {
    const results = {
      union: unionOf(right, left),
      intersect: intersectionOf(right, left),
      subtract: differenceOf(right, left),
    };
    for (const algebra of ['union', 'intersect', 'subtract'] as const) {
      const bench = aTestWorkbench({ size, targets, selected: ['low', 'high'] });
      combineSelected(bench, algebra);
      expect(isSameMask(bench.runs('high'), results[algebra])).toBe(true);
      expect(isSameMask(bench.runs('low'), left)).toBe(true);
      bench.undo();
      expect(isSameMask(bench.runs('high'), right)).toBe(true);
    }
  });

  test('one selected target is not enough, and that is said', () => {
    const bench = aTestWorkbench({ size, targets, selected: ['low'] });
    combineSelected(bench, 'union');
    expect([bench.labels, bench.hints.at(-1)]).toEqual([[], expect.stringMatching(/two targets or more/u)]);
  });

  test('splitting keeps the largest part, makes targets of the others and is one undo step', async () => {
    const parts = [
      boxRuns([0, 0, 10, 10], size),
      boxRuns([50, 0, 30, 30], size),
      boxRuns([120, 60, 5, 5], size),
    ];
    const whole = parts.reduce(unionOf);
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', whole, { order: 1 }), aTargetOf('top', right, { order: 2 })],
      selected: ['cup'],
    });
    await splitActive(bench);
    expect(bench.record('cup').area).toBe(900);
    expect(bench.selected().map(({ name, area }) => [name, area])).toEqual([
      ['cup 2', 100],
      ['cup 3', 25],
      ['cup', 900],
    ]);
    const orders = bench.annotations().map(({ order }) => order);
    expect(new Set(orders).size).toBe(4);
    expect(bench.annotations().at(-1)?.name).toBe('top');
    bench.undo();
    expect(bench.annotations().length).toBe(2);
    expect(isSameMask(bench.runs('cup'), whole)).toBe(true);
  });

  test('the parts of what has only its class’s name are several of that class', async () => {
    const cup = aCategory({ name: 'cup' });
    const whole = unionOf(left, boxRuns([100, 100, 5, 5], size));
    const named = (name: string) =>
      aTargetOf(name, whole, { name, categoryId: cup.id, attributes: { full: true } });
    const bench = aTestWorkbench({ size, classes: [cup], targets: [named('cup')], selected: ['cup'] });
    await splitActive(bench);
    expect(bench.selected()).toMatchObject(
      ['cup', 'cup'].map((name) => ({ name, categoryId: cup.id, attributes: { full: true } })),
    );
  });

  test('a mask in one part is not split', async () => {
    const bench = aTestWorkbench({ size, targets, selected: ['low'] });
    await splitActive(bench);
    expect([bench.labels, bench.hints.at(-1)]).toEqual([[], expect.stringMatching(/one connected part/u)]);
  });
});

test('a clean-up of several targets is one undo step and leaves out what was changed meanwhile', () => {
  const bench = aTestWorkbench({ size, targets, selected: ['low', 'high'] });
  const results = bench.selected().map((record) => ({ record, runs: boxRuns([0, 0, 5, 5], size) }));
  const [low] = targets as [(typeof targets)[number]];
  const other = storedMask(boxRuns([0, 0, 60, 60], size));
  bench.changeElsewhere({ added: [], changed: [[low, { ...low, mask: other }]], removed: [] });
  commitResults(bench, results, 'Smooth');
  expect([bench.record('low').area, bench.record('high').area]).toEqual([3600, 25]);
  expect(bench.labels).toEqual(['Smooth']);
  expect(bench.hints.at(-1)).toMatch(/changed meanwhile/u);
});

test('what takes the place of a mask never takes what was painted on it meanwhile', () => {
  const bench = aTestWorkbench({ size, targets, selected: ['low'] });
  const results = bench.selected().map((record) => ({ record, runs: boxRuns([0, 0, 5, 5], size) }));
  clickAt(brushTool(bench, 'add'), bench, [150, 100]);
  const painted = bench.record('low').area;
  commitResults(bench, results, 'Smooth');
  expect([bench.record('low').area, painted > 3600]).toEqual([painted, true]);
  expect(bench.hints.at(-1)).toMatch(/changed meanwhile/u);
});

test("a person's edit of an imported mask does not make it the model's", () => {
  const imported = aTargetOf('cup', left, { source: 'import' });
  expect(withMask(imported, right)).toMatchObject({ source: 'import', edited: false, modelMask: null });
});

describe('the clipboard', () => {
  const image = anImage({ width: 200, height: 120 });
  const noClasses = new Map();
  const at = (image: ImageRecord) => ({ image, others: [], classes: noClasses });

  test('keeps the class and what was said of a target; a project without the class gets it, once', () => {
    const cup = aCategory({ name: 'cup' });
    const cups = [left, right].map((runs, index) =>
      aTargetOf(`cup ${index}`, runs, { name: 'cup', categoryId: cup.id, attributes: { colour: 'red' } }),
    );
    const copied = copyOf(image, cups, new Map([[cup.id, cup]]));
    const other = anImage({ id: anImageId('image-2'), width: 200, height: 120 });
    const here = pasted({ image: other, others: [], classes: new Map([[cup.id, cup]]) }, copied);
    expect(here.diff.added).toEqual(here.added);
    expect(here.added).toMatchObject(
      [cup, cup].map(({ id }) => ({ categoryId: id, attributes: { colour: 'red' } })),
    );
    const Cup = aCategory({ id: aCategoryId('other'), name: 'Cup ' });
    const alike = pasted({ image: other, others: [], classes: new Map([[Cup.id, Cup]]) }, copied);
    expect(alike.added.map(({ categoryId }) => categoryId)).toEqual([Cup.id, Cup.id]);
    const elsewhere = pasted(at(other), copied);
    const [made] = elsewhere.diff.added;
    expect(elsewhere.diff.added).toHaveLength(3);
    expect(made).toMatchObject({ kind: 'category', name: 'cup' });
    expect(elsewhere.added.map(({ categoryId }) => categoryId)).toEqual([made?.id, made?.id]);
  });

  test('carries targets as text to another image, cut at its border', () => {
    const copied = fromClipboardText(clipboardText(copyOf(image, targets, noClasses)));
    if (copied === null) throw new Error('The text was not understood.');
    const other = anImage({ id: anImageId('image-2'), width: 90, height: 200 });
    const { added, outside } = pasted(at(other), copied);
    expect(outside).toBe(0);
    expect(added.map(({ name, bbox, imageId }) => [name, bbox, imageId])).toEqual([
      ['low', [20, 20, 60, 60], 'image-2'],
      ['high', [50, 40, 40, 60], 'image-2'],
    ]);
    expect(added.map(({ mask }) => maskRuns(mask).width)).toEqual([90, 90]);
    expect(
      added.every(
        ({ source, score, modelMask }) => source === 'person' && score === null && modelMask === null,
      ),
    ).toBe(true);
  });

  test('on the same image the copy lies a little aside, and targets outside a smaller image are counted', () => {
    const copied = copyOf(image, targets, noClasses);
    const again = pasted({ ...at(image), others: targets }, copied);
    expect(again.added[0]?.bbox).toEqual([22, 22, 60, 60]);
    expect(areaOf(maskRuns(again.added[0]?.mask ?? { size: [1, 1], counts: '1' }))).toBe(3600);
    const small = anImage({ id: anImageId('image-3'), width: 30, height: 30 });
    expect(pasted(at(small), copied)).toMatchObject({ outside: 1, diff: { added: [{ name: 'low' }] } });
  });

  test('other text is left alone, and a text that only looks like ours too', () => {
    for (const text of ['', 'hello', '{"pixellm":"targets"', '{"pixellm":"targets","targets":[{"name":1}]}'])
      expect(fromClipboardText(text)).toBe(null);
  });

  test('a damaged mask is refused with its reason', () => {
    const copied = copyOf(image, [aTargetOf('cup', left)], noClasses);
    const damaged = {
      ...copied,
      targets: [
        {
          ...copied.targets[0],
          name: 'x',
          colour: '#000000',
          mask: { size: [120, 200] as const, counts: '11' },
        },
      ],
    };
    expect(() => pasted(at(image), damaged as never)).toThrow(/too short/u);
  });
});

describe('corners', () => {
  const contours = [{ outer: [0, 0, 10, 0, 10, 10, 0, 10], holes: [[4, 4, 4, 6, 6, 6]] }];

  test('the nearest corner and side are found in outer lines and holes', () => {
    expect(nearestCorner(contours, imagePoint({ x: 5.8, y: 6.3 }))?.at).toEqual({
      part: 0,
      ring: 1,
      index: 2,
    });
    expect(nearestSide(contours, imagePoint({ x: 10.5, y: 5 }))).toEqual({
      at: { part: 0, ring: 0, index: 1 },
      distance: 0.5,
    });
    expect(nearestCorner([], imagePoint({ x: 0, y: 0 }))).toBe(null);
  });

  test('a hole of three corners goes with one of them, a part with its outer line', () => {
    const without = removedCorner(contours, { part: 0, ring: 1, index: 0 });
    expect(without[0]?.holes).toEqual([]);
    const triangle = removedCorner(without, { part: 0, ring: 0, index: 0 });
    expect(removedCorner(triangle, { part: 0, ring: 0, index: 0 })).toEqual([]);
    expect(
      insertedCorner(contours, { part: 0, ring: 0, index: 3 }, imagePoint({ x: -1, y: 5 }))[0]?.outer.slice(
        -2,
      ),
    ).toEqual([-1, 5]);
  });
});

describe('several targets', () => {
  test('a rectangle drawn where none lies selects what has pixels in it, and with Shift adds', () => {
    const far = aTargetOf('far', boxRuns([150, 80, 20, 20], size), { order: 3 });
    const bench = aTestWorkbench({ size, targets: [...targets, far] });
    const tool = selectTool(bench);
    const names = () => bench.selected().map(({ name }) => name);
    const drawn = (path: readonly (readonly [number, number])[], shift = false) =>
      dragThrough(tool, bench, path, { shift });
    drawn([
      [5, 5],
      [60, 60],
    ]);
    expect(names()).toEqual(['low', 'high']);
    // Its box meets the corner; its pixels do not lie in a rectangle beside them.
    drawn([
      [120, 110],
      [199, 90],
    ]);
    expect(names()).toEqual(['far']);
    drawn(
      [
        [5, 5],
        [30, 30],
      ],
      true,
    );
    expect(names()).toEqual(['far', 'low']);
    drawn([
      [5, 5],
      [10, 10],
    ]);
    expect([names(), bench.labels]).toEqual([[], []]);
  });

  test('move together as one step, from whichever of them is held; a locked one stays and says so', () => {
    const locked = aTargetOf('locked', boxRuns([150, 80, 20, 20], size), { order: 3, locked: true });
    const bench = aTestWorkbench({
      size,
      targets: [...targets, locked],
      selected: ['low', 'high', 'locked'],
    });
    const tool = selectTool(bench);
    dragThrough(tool, bench, [
      [30, 30],
      [34, 27],
    ]);
    const by = imagePoint({ x: 4, y: -3 });
    expect(isSameMask(bench.runs('low'), moveMask(left, by))).toBe(true);
    expect(isSameMask(bench.runs('high'), moveMask(right, by))).toBe(true);
    expect(isSameMask(bench.runs('locked'), maskRuns(locked.mask))).toBe(true);
    expect(bench.labels).toEqual(['Move 2 targets']);
    expect(bench.hints.at(-1)).toMatch(/"locked" is locked/u);
    bench.undo();
    expect([isSameMask(bench.runs('low'), left), isSameMask(bench.runs('high'), right)]).toEqual([
      true,
      true,
    ]);
  });

  test('a click on one of several means this one', () => {
    const bench = aTestWorkbench({ size, targets, selected: ['low', 'high'] });
    clickAt(selectTool(bench), bench, [30, 30]);
    expect(bench.selected().map(({ name }) => name)).toEqual(['low']);
  });
});
