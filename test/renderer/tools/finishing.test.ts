import { expect, test } from 'vitest';
import { type ImagePoint, imagePoint } from '../../../electron/common/geometry.ts';
import type { RgbCrop } from '../../../electron/common/flood-fill.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { differenceOf, unionOfAll } from '../../../electron/common/mask-algebra.ts';
import { isSameMask } from '../../../electron/common/runs.ts';
import { imageId } from '../../../electron/common/document/records.ts';
import { ellipseDescription } from '../../../renderer/tools/ellipse-tool.ts';
import { fillTool } from '../../../renderer/tools/fill-tool.ts';
import { whenFinished } from '../../../renderer/tools/finishing.ts';
import { grabCutTool } from '../../../renderer/tools/grab-cut-tool.ts';
import { lassoTool } from '../../../renderer/tools/lasso-tool.ts';
import { polygonTool } from '../../../renderer/tools/polygon-tool.ts';
import { rectangleTool } from '../../../renderer/tools/rectangle-tool.ts';
import { scissorsTool } from '../../../renderer/tools/scissors-tool.ts';
import { verticesTool } from '../../../renderer/tools/vertices-tool.ts';
import { wandTool } from '../../../renderer/tools/wand-tool.ts';
import { storedMask } from '../../../renderer/picture/mask-runs.ts';
import { aCategory, anImage } from '../../helpers/records.ts';
import {
  type TestWorkbench,
  aTargetOf,
  aTestWorkbench,
  clickAt,
  dragThrough,
} from '../../helpers/test-workbench.ts';

/** What was drawn is finished a moment after the hand let go; the hand has gone on by then. */

const size = { width: 200, height: 120 };
const square = boxRuns([20, 20, 60, 60], size);
const nextImage = anImage({ id: imageId.parse('image-next'), ...size });
const around = [
  [100, 20],
  [140, 20],
  [140, 60],
  [100, 60],
] as const;

/** A grey picture with lighter boxes, told when the test says so. */
function slowPicture(...light: readonly (readonly [number, number, number, number])[]) {
  const waiting: (() => void)[] = [];
  const pixels = (box: RgbCrop['box']): Promise<RgbCrop> => {
    const rgb = new Uint8Array(box[2] * box[3] * 3).fill(40);
    for (const [left, top, width, height] of light)
      for (let y = top; y < top + height; y++)
        rgb.fill(200, 3 * (y * box[2] + left), 3 * (y * box[2] + left + width));
    return new Promise((resolve) => waiting.push(() => resolve({ box, rgb })));
  };
  return { pixels, tell: () => waiting.shift()?.() };
}

/** The hand goes on at once: another class, another image. */
function goOn(bench: TestWorkbench): void {
  bench.state.drawnClass = aCategory({ id: aCategory().id, name: 'later' });
  bench.state.shown = nextImage;
  bench.state.tool = 'select';
}

test('a shape lies on the image and has the class that it was drawn with, whatever is chosen before its pixels are there', async () => {
  const picture = slowPicture([110, 30, 20, 20]);
  const scissors = async (from: ImagePoint, to: ImagePoint) => [from, imagePoint({ x: to.x, y: from.y }), to];
  const drawings: Record<string, (bench: TestWorkbench) => void> = {
    lasso: (bench) => dragThrough(lassoTool(bench), bench, around),
    polygon: (bench) => {
      const tool = polygonTool(bench);
      for (const corner of around) clickAt(tool, bench, corner);
      tool.apply?.();
    },
    scissors: (bench) => {
      const tool = scissorsTool(bench);
      for (const corner of around.slice(0, 3)) clickAt(tool, bench, corner);
      tool.apply?.();
      // What taking up another tool does to this one.
      if (tool.putDown?.() === false) tool.drop?.();
    },
    wand: (bench) => {
      const tool = wandTool(bench);
      clickAt(tool, bench, [115, 35]);
      tool.abandon?.();
      tool.drop?.();
    },
  };
  for (const [name, draw] of Object.entries(drawings)) {
    const bench = aTestWorkbench({ size, help: { ...picture, scissors }, options: { combine: 'new' } });
    bench.state.drawnClass = aCategory({ name: 'mug' });
    const { shown } = bench.state;
    bench.state.tool = name;
    draw(bench);
    goOn(bench);
    await bench.settled();
    picture.tell();
    await whenFinished();
    expect([name, bench.annotations(), bench.selected()]).toEqual([name, [], []]);
    expect([name, ...bench.annotations(shown.id).map((made) => made.name)]).toEqual([name, 'mug']);
    // What “repeat last” takes up again.
    expect(bench.state.drawnWith).toEqual([name]);
  }
});

test('shapes that follow one another faster than their pixels all go into the target', async () => {
  const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', square)], selected: ['cup'] });
  dragThrough(lassoTool(bench), bench, around);
  dragThrough(lassoTool(bench), bench, [
    [150, 70],
    [190, 70],
    [190, 110],
    [150, 110],
  ]);
  await whenFinished();
  const all = unionOfAll([square, boxRuns([100, 20, 40, 40], size), boxRuns([150, 70, 40, 40], size)], size);
  expect(isSameMask(bench.runs('cup'), all)).toBe(true);
  expect(bench.hints).toEqual([]);
});

test('a second click of the wand or the fill does not wait for the first one', async () => {
  const picture = slowPicture([110, 30, 20, 20], [150, 80, 10, 10]);
  const bench = aTestWorkbench({ size, help: picture, options: { combine: 'new' } });
  const tool = wandTool(bench);
  clickAt(tool, bench, [115, 35]);
  clickAt(tool, bench, [155, 85]);
  for (let turn = 0; turn < 4; turn++) {
    picture.tell();
    await bench.settled();
  }
  await whenFinished();
  expect(bench.annotations().map(({ area }) => area)).toEqual([400, 100]);

  const holes = [boxRuns([30, 30, 10, 10], size), boxRuns([60, 60, 5, 5], size)] as const;
  const grid = differenceOf(square, unionOfAll(holes, size));
  const filled = aTestWorkbench({ size, targets: [aTargetOf('cup', grid)], selected: ['cup'] });
  const fill = fillTool(filled);
  clickAt(fill, filled, [32, 32]);
  clickAt(fill, filled, [62, 62]);
  await whenFinished();
  expect([filled.record('cup').area, filled.hints]).toEqual([3600, []]);
});

test('what may not be closed stays drafted with the reason: corners, edges and proposals are not lost', async () => {
  const locked = aTargetOf('cup', square, { locked: true });
  const grabCut = async () => ({
    mask: storedMask(boxRuns([105, 35, 30, 30], size)),
    bbox: [105, 35, 30, 30] as const,
  });
  const given = { size, targets: [locked], selected: ['cup'] };
  const polygonBench = aTestWorkbench(given);
  const polygon = polygonTool(polygonBench);
  for (const corner of around) clickAt(polygon, polygonBench, corner);
  polygon.apply?.();
  const unlock = { added: [], changed: [[locked, { ...locked, locked: false }]], removed: [] } as const;
  expect([polygonBench.hints.at(-1), polygonBench.state.hasDraft]).toEqual([
    expect.stringMatching(/is locked/u),
    true,
  ]);
  polygonBench.changeElsewhere(unlock);
  polygon.apply?.();
  await whenFinished();
  expect(polygonBench.record('cup').area).toBe(3600 + 1600);

  const scissorsBench = aTestWorkbench({ ...given, help: { scissors: async (from, to) => [from, to] } });
  const scissors = scissorsTool(scissorsBench);
  for (const corner of around) clickAt(scissors, scissorsBench, corner);
  scissors.apply?.();
  expect([scissorsBench.hints.at(-1), scissorsBench.state.hasDraft]).toEqual([
    expect.stringMatching(/is locked/u),
    true,
  ]);

  const free = { ...locked, locked: false };
  const boxBench = aTestWorkbench({ ...given, targets: [free], help: { grabCut } });
  const box = grabCutTool(boxBench);
  dragThrough(box, boxBench, [
    [100, 30],
    [140, 70],
  ]);
  await boxBench.settled();
  boxBench.changeElsewhere({ added: [], changed: [[free, locked]], removed: [] });
  box.apply?.();
  expect([boxBench.hints.at(-1), boxBench.state.hasDraft, boxBench.labels]).toEqual([
    expect.stringMatching(/is locked/u),
    true,
    [],
  ]);
});

test('Enter after two corners says that a third is missing, and keeps them', () => {
  const bench = aTestWorkbench({ size, options: { combine: 'new' } });
  const tool = polygonTool(bench);
  for (const corner of around.slice(0, 2)) clickAt(tool, bench, corner);
  tool.apply?.();
  expect([bench.state.hasDraft, bench.hints.at(-1)]).toEqual([
    true,
    expect.stringMatching(/three corners/iu),
  ]);
});

test('a click right after an outline was closed begins the next one; Backspace opens the closed one again', async () => {
  const answers: (() => void)[] = [];
  const scissors = (from: ImagePoint, to: ImagePoint) =>
    new Promise<readonly ImagePoint[]>((resolve) => answers.push(() => resolve([from, to])));
  const bench = aTestWorkbench({ size, help: { scissors }, options: { combine: 'new' } });
  const answer = async (): Promise<void> => {
    for (let turn = 0; turn < 12; turn++) {
      answers.shift()?.();
      await bench.settled();
    }
  };
  const tool = scissorsTool(bench);
  for (const corner of around) clickAt(tool, bench, corner);
  tool.apply?.();
  tool.stepBack?.();
  expect([bench.state.hasDraft, bench.labels]).toEqual([true, []]);
  tool.apply?.();
  clickAt(tool, bench, [10, 10]);
  await answer();
  await whenFinished();
  expect(bench.annotations().map(({ area }) => area)).toEqual([1600]);
  expect(bench.state.hasDraft).toBe(true);
});

test('moved corners wait while another target is selected or the tolerance changes, and are applied to their own', async () => {
  const other = aTargetOf('plate', boxRuns([150, 80, 20, 20], size));
  const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', square), other], selected: ['cup'] });
  const tool = verticesTool(bench);
  await bench.settled();
  dragThrough(tool, bench, [
    [20, 20],
    [10, 10],
  ]);
  bench.select([other.id]);
  tool.refresh?.();
  await bench.settled();
  expect([bench.state.hasDraft, bench.hints.at(-1)]).toEqual([
    true,
    expect.stringMatching(/corners of “cup” wait/u),
  ]);
  bench.changeOptions({ own: { 'vertices.tolerance': 5 } });
  tool.refresh?.();
  tool.apply?.();
  await whenFinished();
  expect([bench.labels, bench.record('plate').area]).toEqual([['Edit corners of cup'], 400]);
  expect(bench.record('cup').area).toBeGreaterThan(3600);
});

test('a click with a dragged shape, and a shape that lies on spared targets alone, say what to do', () => {
  const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', square)], options: { combine: 'new' } });
  for (const tool of [rectangleTool(bench), ellipseDescription.create(bench)]) clickAt(tool, bench, [50, 50]);
  expect(bench.hints).toEqual(
    Array.from({ length: 2 }, () => expect.stringMatching(/Drag from one corner/u)),
  );
  bench.changeOptions({ sparesOthers: true });
  dragThrough(rectangleTool(bench), bench, [
    [30, 30],
    [60, 60],
  ]);
  expect([bench.labels, bench.hints.at(-1)]).toEqual([[], expect.stringMatching(/Shift\+O/u)]);
});
