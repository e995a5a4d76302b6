import { describe, expect, test } from 'vitest';
import { type ImagePoint, imagePoint } from '../../../electron/common/geometry.ts';
import { paintSegment } from '../../../electron/common/brush.ts';
import { emptyCrop } from '../../../electron/common/bitmap.ts';
import { differenceOf, unionOf } from '../../../electron/common/mask-algebra.ts';
import { boxRuns, encodeCrop } from '../../../electron/common/mask-region.ts';
import { areaOf, emptyRuns, isPixelSet, isSameMask } from '../../../electron/common/runs.ts';
import { initialCanvasSession } from '../../../renderer/store/canvas-session.ts';
import { brushTool } from '../../../renderer/tools/brush-tool.ts';
import { storedMask } from '../../../renderer/picture/mask-runs.ts';
import { lassoTool } from '../../../renderer/tools/lasso-tool.ts';
import { polygonTool } from '../../../renderer/tools/polygon-tool.ts';
import { boxBetween } from '../../../renderer/tools/drag-shape-tool.ts';
import { rectangleTool } from '../../../renderer/tools/rectangle-tool.ts';
import { fillTool } from '../../../renderer/tools/fill-tool.ts';
import { aTargetOf, aTestWorkbench, clickAt, dragThrough, pointerAt } from '../../helpers/test-workbench.ts';
import { aCategory } from '../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const size = { width: 200, height: 120 };
const square = boxRuns([20, 20, 60, 60], size);
const brushOf = (diameter: number, shape: 'round' | 'square' = 'round') => ({
  brush: { shape, size: diameter },
});

test('what is drawn new is of the active class, starts with what that says, and is noted for “repeat last”', () => {
  const bench = aTestWorkbench({ size });
  const attributes = [{ name: 'full', type: 'flag', choices: [], initial: false } as const];
  bench.state.drawnClass = aCategory({ name: 'mug', attributes });
  dragThrough(rectangleTool(bench), bench, [
    [10, 10],
    [40, 40],
  ]);
  const [drawn] = bench.annotations();
  expect(drawn).toMatchObject({ name: 'mug', categoryId: 'category-1', attributes: { full: false } });
  expect(bench.state.drawn).toEqual([drawn!.id]);
});

describe('a brush stroke', () => {
  test('adds exactly the swept pixels to the active target, as one undo step', () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
      options: brushOf(7),
    });
    const path = [
      [90, 50],
      [130, 60],
      [131.5, 90],
    ] as const;
    dragThrough(brushTool(bench, 'add'), bench, path);

    const slow = emptyCrop([0, 0, size.width, size.height]);
    path.forEach(([x, y], index) => {
      const [fromX, fromY] = path[Math.max(0, index - 1)] as readonly [number, number];
      paintSegment(
        slow,
        { shape: 'round', diameter: 7 },
        { from: imagePoint({ x: fromX, y: fromY }), to: imagePoint({ x, y }) },
        1,
      );
    });
    expect(isSameMask(bench.runs('cup'), unionOf(square, encodeCrop(slow, size)))).toBe(true);
    expect(bench.labels).toEqual(['Paint cup']);
    bench.undo();
    expect(isSameMask(bench.runs('cup'), square)).toBe(true);
  });

  test('is the same stroke however the pointer events were bundled', () => {
    const random = seededRandom(17);
    const points = Array.from({ length: 40 }, () =>
      imagePoint({ x: random() * 220 - 10, y: random() * 140 - 10 }),
    );
    const paintedWith = (bundle: number) => {
      const bench = aTestWorkbench({
        size,
        targets: [aTargetOf('cup', emptyRuns(size))],
        selected: ['cup'],
        options: brushOf(5),
      });
      const tool = brushTool(bench, 'add');
      const [first, ...rest] = points as [ImagePoint, ...ImagePoint[]];
      tool.press?.(pointerAt(bench, [first.x, first.y]));
      for (let at = 0; at < rest.length; at += bundle) {
        const path = rest.slice(at, at + bundle);
        const last = path.at(-1) as ImagePoint;
        tool.drag?.(pointerAt(bench, [last.x, last.y], { path }));
      }
      tool.release?.(pointerAt(bench, [0, 0]));
      return bench.runs('cup');
    };
    const single = paintedWith(1);
    for (const bundle of [2, 7, 39]) expect(isSameMask(paintedWith(bundle), single)).toBe(true);
  });

  test('of one pixel paints one pixel', () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', emptyRuns(size))],
      selected: ['cup'],
      options: brushOf(1, 'square'),
    });
    clickAt(brushTool(bench, 'add'), bench, [33.9, 44.1]);
    expect([areaOf(bench.runs('cup')), isPixelSet(bench.runs('cup'), 33, 44)]).toEqual([1, true]);
  });

  test('that leaves the image is cut at its border; one wholly outside commits nothing', () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
      options: brushOf(20, 'square'),
    });
    dragThrough(brushTool(bench, 'add'), bench, [
      [190, 60],
      [900, 60],
    ]);
    expect(bench.record('cup').bbox).toEqual([20, 20, 180, 60]);
    clickAt(brushTool(bench, 'add'), bench, [-500, -500]);
    expect(bench.labels.length).toBe(1);
  });

  test('that changes no pixel commits nothing', () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
      options: brushOf(5),
    });
    clickAt(brushTool(bench, 'add'), bench, [50, 50]);
    clickAt(brushTool(bench, 'subtract'), bench, [150, 100]);
    expect(bench.labels).toEqual([]);
  });

  test('with the eraser, or with Alt, takes pixels away; everything may go', () => {
    const targets = [aTargetOf('cup', square)];
    const erase = aTestWorkbench({ size, targets, selected: ['cup'], options: brushOf(10, 'square') });
    clickAt(brushTool(erase, 'subtract'), erase, [50, 50]);
    const alt = aTestWorkbench({ size, targets, selected: ['cup'], options: brushOf(10, 'square') });
    clickAt(brushTool(alt, 'add'), alt, [50, 50], { alt: true });
    expect(isSameMask(erase.runs('cup'), differenceOf(square, boxRuns([45, 45, 10, 10], size)))).toBe(true);
    expect(isSameMask(alt.runs('cup'), erase.runs('cup'))).toBe(true);

    const all = aTestWorkbench({ size, targets, selected: ['cup'], options: brushOf(400, 'square') });
    clickAt(brushTool(all, 'subtract'), all, [50, 50]);
    expect([all.record('cup').area, all.record('cup').bbox]).toEqual([0, [0, 0, 0, 0]]);
    all.undo();
    expect(all.record('cup').area).toBe(3600);
  });

  test('without a selected target makes a new one, above the others and in an unused colour', () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', square, { order: 7, colour: '#e69f00' })],
      options: brushOf(4),
    });
    clickAt(brushTool(bench, 'add'), bench, [150, 100]);
    const [made] = bench.selected();
    expect(made).toMatchObject({
      source: 'person',
      edited: false,
      modelMask: null,
      order: 8,
      name: 'Target 1',
    });
    expect(made?.colour).not.toBe('#e69f00');
    bench.undo();
    expect(bench.annotations().length).toBe(1);
  });

  test("keeps the model's own mask beside the first correction and after the second", () => {
    const record = aTargetOf('cup', square, { source: 'model', score: 0.8 });
    const bench = aTestWorkbench({ size, targets: [record], selected: ['cup'], options: brushOf(9) });
    clickAt(brushTool(bench, 'add'), bench, [150, 100]);
    clickAt(brushTool(bench, 'subtract'), bench, [30, 30]);
    expect(bench.record('cup')).toMatchObject({
      source: 'model',
      edited: true,
      modelMask: record.mask,
      score: 0.8,
    });
    bench.undo();
    bench.undo();
    expect(bench.record('cup')).toBe(record);
  });

  test('abandoned by Escape or another tool leaves nothing behind', () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
      options: brushOf(9),
    });
    const tool = brushTool(bench, 'add');
    tool.press?.(pointerAt(bench, [150, 100]));
    expect(bench.state.live?.kind).toBe('stroke');
    tool.abandon?.();
    tool.release?.(pointerAt(bench, [150, 100]));
    expect([bench.state.live, bench.labels]).toEqual([null, []]);
  });
});

describe('an edit that may not be made', () => {
  test('on a locked or hidden target is refused with the reason before anything is painted', () => {
    for (const fields of [{ locked: true }, { hidden: true }]) {
      const bench = aTestWorkbench({
        size,
        targets: [aTargetOf('cup', square, fields)],
        selected: ['cup'],
        options: brushOf(9),
      });
      clickAt(brushTool(bench, 'add'), bench, [150, 100]);
      expect(bench.labels).toEqual([]);
      expect(bench.hints.at(-1)).toMatch(fields.locked ? /"cup" is locked/u : /"cup" is hidden/u);
    }
  });

  test('on a target that another window changed or removed during the stroke is not made, and that is said', () => {
    for (const change of ['change', 'remove'] as const) {
      const record = aTargetOf('cup', square);
      const bench = aTestWorkbench({ size, targets: [record], selected: ['cup'], options: brushOf(9) });
      const tool = brushTool(bench, 'add');
      tool.press?.(pointerAt(bench, [150, 100]));
      const other = { ...record, mask: storedMask(boxRuns([0, 0, 5, 5], size)) };
      bench.changeElsewhere(
        change === 'change'
          ? { added: [], changed: [[record, other]], removed: [] }
          : { added: [], changed: [], removed: [record] },
      );
      tool.release?.(pointerAt(bench, [150, 100]));
      expect(bench.labels).toEqual([]);
      expect(bench.hints.at(-1)).toMatch(
        change === 'change' ? /was changed meanwhile/u : /was removed meanwhile/u,
      );
    }
  });

  test('on a target that got another name or class during the stroke is made on it as it stands', () => {
    const record = aTargetOf('cup', square);
    const bench = aTestWorkbench({ size, targets: [record], selected: ['cup'], options: brushOf(9) });
    const tool = brushTool(bench, 'add');
    tool.press?.(pointerAt(bench, [150, 100]));
    bench.changeElsewhere({ added: [], changed: [[record, { ...record, name: 'mug' }]], removed: [] });
    tool.release?.(pointerAt(bench, [150, 100]));
    expect([bench.labels, bench.record('cup').name]).toEqual([['Paint mug'], 'mug']);
    expect(bench.record('cup').area).toBeGreaterThan(3600);
  });

  test('erasing with nothing selected says what to do', () => {
    const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', square)], options: brushOf(9) });
    clickAt(brushTool(bench, 'subtract'), bench, [50, 50]);
    expect(bench.hints.at(-1)).toMatch(/Select the target/u);
  });
});

test('sparing others, paint stays off the pixels of other shown targets but not of hidden ones', () => {
  const bench = aTestWorkbench({
    size,
    targets: [
      aTargetOf('cup', square),
      aTargetOf('jug', boxRuns([80, 20, 30, 60], size)),
      aTargetOf('ghost', boxRuns([110, 20, 30, 60], size), { hidden: true }),
    ],
    selected: ['cup'],
    options: { ...brushOf(10, 'square'), sparesOthers: true },
  });
  dragThrough(brushTool(bench, 'add'), bench, [
    [70, 50],
    [130, 50],
  ]);
  expect(isSameMask(bench.runs('cup'), unionOf(square, boxRuns([110, 45, 25, 10], size)))).toBe(true);
});

describe('shapes', () => {
  const targets = [aTargetOf('cup', square)];

  test('a rectangle is the pixels between its corners, whichever corner came first', () => {
    expect(boxBetween(imagePoint({ x: 10.4, y: 9.6 }), imagePoint({ x: 3.2, y: 4.5 }))).toEqual([3, 5, 7, 5]);
    const bench = aTestWorkbench({ size, targets, selected: ['cup'] });
    dragThrough(rectangleTool(bench), bench, [
      [120, 90],
      [100, 70],
    ]);
    expect(isSameMask(bench.runs('cup'), unionOf(square, boxRuns([100, 70, 20, 20], size)))).toBe(true);
    clickAt(rectangleTool(bench), bench, [5, 5]);
    expect(bench.labels).toEqual(['Rectangle cup']);
  });

  test('Alt takes away, Shift makes a new target', () => {
    const bench = aTestWorkbench({ size, targets, selected: ['cup'] });
    const corners = [
      [20, 20],
      [50, 80],
    ] as const;
    dragThrough(rectangleTool(bench), bench, corners, { alt: true });
    expect(bench.record('cup').bbox).toEqual([50, 20, 30, 60]);
    dragThrough(rectangleTool(bench), bench, corners, { shift: true });
    expect(bench.annotations().length).toBe(2);
    expect(bench.record('cup').area).toBe(1800);
  });

  test('a polygon closes on its first corner, by Enter or a double click, and Backspace takes corners back', async () => {
    const corners = [
      [100, 20],
      [160, 20],
      [160, 80],
      [100, 80],
    ] as const;
    for (const closing of ['first corner', 'enter', 'double click'] as const) {
      const bench = aTestWorkbench({ size, targets, selected: ['cup'] });
      const tool = polygonTool(bench);
      for (const corner of corners) clickAt(tool, bench, corner);
      clickAt(tool, bench, [5, 5]);
      tool.stepBack?.();
      expect(bench.state.hasDraft).toBe(true);
      if (closing === 'enter') tool.apply?.();
      else if (closing === 'first corner') clickAt(tool, bench, [102, 22]);
      else clickAt(tool, bench, [100, 80], { clicks: 2 });
      await bench.settled();
      expect(isSameMask(bench.runs('cup'), unionOf(square, boxRuns([100, 20, 60, 60], size)))).toBe(true);
      expect(bench.state.hasDraft).toBe(false);
    }
  });

  test('a polygon of two corners and a lasso without area commit nothing', async () => {
    const bench = aTestWorkbench({ size, targets, selected: ['cup'] });
    const tool = polygonTool(bench);
    clickAt(tool, bench, [100, 20]);
    clickAt(tool, bench, [160, 20]);
    tool.apply?.();
    clickAt(lassoTool(bench), bench, [150, 100]);
    dragThrough(lassoTool(bench), bench, [
      [100, 100],
      [150, 100],
      [120, 100],
    ]);
    await bench.settled();
    expect(bench.labels).toEqual([]);
  });

  test('a lasso that runs out of the image is cut at its border', async () => {
    const bench = aTestWorkbench({ size, targets, selected: ['cup'] });
    dragThrough(lassoTool(bench), bench, [
      [150, 50],
      [400, 50],
      [400, 90],
      [150, 90],
    ]);
    await bench.settled();
    expect(isSameMask(bench.runs('cup'), unionOf(square, boxRuns([150, 50, 50, 40], size)))).toBe(true);
  });
});

describe('the fill tool', () => {
  const ring = differenceOf(square, boxRuns([40, 40, 10, 10], size));

  test('fills the hole that is clicked, and with Alt empties the part that is clicked', async () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', unionOf(ring, boxRuns([150, 90, 10, 10], size)))],
      selected: ['cup'],
    });
    clickAt(fillTool(bench), bench, [45, 45]);
    await bench.settled();
    expect(bench.record('cup').area).toBe(3600 + 100);
    clickAt(fillTool(bench), bench, [155, 95], { alt: true });
    await bench.settled();
    expect(isSameMask(bench.runs('cup'), square)).toBe(true);
  });

  test('says why when there is nothing to fill there', async () => {
    const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', ring)], selected: ['cup'] });
    clickAt(fillTool(bench), bench, [25, 25]);
    clickAt(fillTool(bench), bench, [-5, 25]);
    await bench.settled();
    expect([bench.labels, bench.hints.length]).toEqual([[], 1]);
  });
});

test('any mix of strokes undone step by step gives back every mask in between', () => {
  const random = seededRandom(29);
  const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', square)], selected: ['cup'] });
  const history = [bench.runs('cup')];
  for (let stroke = 0; stroke < 60; stroke++) {
    bench.changeOptions(brushOf(randomInteger(random, 1, 30), stroke % 2 ? 'round' : 'square'));
    const before = bench.labels.length;
    dragThrough(brushTool(bench, stroke % 3 ? 'add' : 'subtract'), bench, [
      [random() * 260 - 30, random() * 180 - 30],
      [random() * 260 - 30, random() * 180 - 30],
    ]);
    if (bench.labels.length > before) history.push(bench.runs('cup'));
  }
  for (const expected of history.toReversed()) {
    expect(isSameMask(bench.runs('cup'), expected)).toBe(true);
    bench.undo();
  }
});

describe('a shape drawn after a finished one', () => {
  const { combine } = initialCanvasSession;

  test('is a new target; Shift adds it to the selected one, Alt takes it away', () => {
    const bench = aTestWorkbench({ size: { width: 100, height: 80 }, options: { combine } });
    const tool = rectangleTool(bench);
    dragThrough(tool, bench, [
      [10, 10],
      [30, 30],
    ]);
    dragThrough(tool, bench, [
      [40, 10],
      [60, 30],
    ]);
    expect(bench.annotations().map(({ area }) => area)).toEqual([400, 400]);
    dragThrough(
      tool,
      bench,
      [
        [60, 10],
        [70, 30],
      ],
      { shift: true },
    );
    expect(bench.annotations().map(({ area }) => area)).toEqual([400, 600]);
    dragThrough(
      tool,
      bench,
      [
        [40, 10],
        [50, 30],
      ],
      { alt: true },
    );
    expect(bench.annotations().map(({ area }) => area)).toEqual([400, 400]);
  });

  test('goes on with the same target by the brush, whose strokes belong together', () => {
    const bench = aTestWorkbench({ size: { width: 100, height: 80 }, options: { combine } });
    const tool = brushTool(bench, 'add');
    dragThrough(tool, bench, [
      [20, 20],
      [40, 20],
    ]);
    dragThrough(tool, bench, [
      [40, 20],
      [40, 60],
    ]);
    expect(bench.annotations()).toHaveLength(1);
  });
});
