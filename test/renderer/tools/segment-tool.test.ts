import { describe, expect, test } from 'vitest';
import type { Rle } from '../../../electron/common/document/records.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { unionOf } from '../../../electron/common/mask-algebra.ts';
import { type Runs, emptyRuns, isSameMask } from '../../../electron/common/runs.ts';
import { storedMask } from '../../../renderer/picture/mask-runs.ts';
import { segmentTool } from '../../../renderer/tools/segment-tool.ts';
import type { SegmentRequest } from '../../../renderer/tools/workbench.ts';
import { aTargetOf, aTestWorkbench, clickAt, dragThrough } from '../../helpers/test-workbench.ts';

const size = { width: 200, height: 120 };
const square = boxRuns([10, 10, 40, 40], size);
const found = boxRuns([105, 35, 30, 30], size);

function withHelp(answer: (request: SegmentRequest) => Runs = () => found) {
  const requests: SegmentRequest[] = [];
  const segment = async (request: SegmentRequest) => {
    requests.push(request);
    return { mask: storedMask(answer(request)) };
  };
  const bench = aTestWorkbench({
    size,
    help: { segment },
    targets: [aTargetOf('cup', square)],
    selected: ['cup'],
  });
  return { bench, requests, tool: segmentTool(bench) };
}

const inside = (x: number, y: number) => ({ x, y, isInside: true });
const outside = (x: number, y: number) => ({ x, y, isInside: false });

test('a click shows what lies there, Enter gives it to the target', async () => {
  const { bench, requests, tool } = withHelp();
  clickAt(tool, bench, [120, 50]);
  await bench.settled();
  expect(requests).toEqual([{ points: [inside(120, 50)], box: null }]);
  expect([bench.state.hasDraft, bench.state.live?.kind, bench.labels]).toEqual([true, 'shape', []]);
  tool.apply?.();
  expect(isSameMask(bench.runs('cup'), unionOf(square, found))).toBe(true);
  expect([bench.labels, bench.state.hasDraft, bench.state.live]).toEqual([['Segment cup'], false, null]);
});

test('what is drawn is a new target where the person did not choose to add', async () => {
  const { bench, tool } = withHelp();
  bench.changeOptions({ combine: 'new' });
  clickAt(tool, bench, [120, 50]);
  await bench.settled();
  tool.apply?.();
  expect(isSameMask(bench.runs('cup'), square)).toBe(true);
  expect(bench.annotations()).toHaveLength(2);
});

test('further clicks say what belongs to it and, with Alt, what does not; a drag is a box; each can be taken back', async () => {
  const { bench, requests, tool } = withHelp();
  dragThrough(tool, bench, [
    [100, 30],
    [140, 70],
  ]);
  await bench.settled();
  clickAt(tool, bench, [120, 50]);
  await bench.settled();
  clickAt(tool, bench, [104, 34], { alt: true });
  await bench.settled();
  tool.stepBack?.();
  await bench.settled();
  const box = [100, 30, 40, 40];
  expect(requests).toEqual([
    { points: [], box },
    { points: [inside(120, 50)], box },
    { points: [inside(120, 50), outside(104, 34)], box },
    { points: [inside(120, 50)], box },
  ]);
  tool.drop?.();
  expect([bench.labels, bench.state.live, bench.state.hasDraft]).toEqual([[], null, false]);
});

test('a hand that trembles in a click draws no box', async () => {
  const { bench, requests, tool } = withHelp();
  dragThrough(tool, bench, [
    [100, 30],
    [102, 31],
  ]);
  await bench.settled();
  expect(requests).toEqual([{ points: [inside(100, 30)], box: null }]);
});

describe('nothing is asked', () => {
  test('beside the image', async () => {
    const { bench, requests, tool } = withHelp();
    clickAt(tool, bench, [-5, 50]);
    clickAt(tool, bench, [50, 500]);
    dragThrough(tool, bench, [
      [-50, -50],
      [-20, -20],
    ]);
    await bench.settled();
    expect(requests).toEqual([]);
  });

  test('with Alt before anything was pointed at, and says what comes first', async () => {
    const { bench, requests, tool } = withHelp();
    clickAt(tool, bench, [50, 50], { alt: true });
    await bench.settled();
    expect([requests, bench.hints.at(-1)]).toEqual([[], expect.stringContaining('on the object first')]);
  });
});

test('what is refused leaves what was found before; a first wish that fails leaves nothing', async () => {
  const { bench, tool } = withHelp(({ points }) => {
    if (points.some(({ isInside }) => !isInside)) throw new Error('never learnt');
    return found;
  });
  clickAt(tool, bench, [120, 50]);
  await bench.settled();
  clickAt(tool, bench, [104, 34], { alt: true });
  await bench.settled();
  expect([bench.failures, bench.state.hasDraft]).toEqual([['The object could not be found'], true]);
  tool.apply?.();
  expect(isSameMask(bench.runs('cup'), unionOf(square, found))).toBe(true);

  const other = withHelp(() => {
    throw new Error('no files');
  });
  clickAt(other.tool, other.bench, [120, 50]);
  await other.bench.settled();
  expect([other.bench.state.hasDraft, other.bench.state.live]).toEqual([false, null]);
});

test('nothing found is said, and Enter then changes nothing', async () => {
  const { bench, tool } = withHelp(() => emptyRuns(size));
  clickAt(tool, bench, [120, 50]);
  await bench.settled();
  expect(bench.hints.at(-1)).toContain('Nothing was found');
  tool.apply?.();
  expect(bench.labels).toEqual([]);
});

describe('Enter before it is found', () => {
  /** Answers when it is told to, in the order of the questions. */
  function withSlowHelp() {
    const answers: ((runs: Runs | null) => void)[] = [];
    const segment = () =>
      new Promise<{ mask: Rle }>((resolve, reject) => {
        answers.push((runs) =>
          runs === null ? reject(new Error('No.')) : resolve({ mask: storedMask(runs) }),
        );
      });
    const bench = aTestWorkbench({
      size,
      help: { segment },
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
    });
    return { bench, answers, tool: segmentTool(bench) };
  }

  test('takes it as soon as it is found, and the next click is for the next object', async () => {
    const { bench, answers, tool } = withSlowHelp();
    bench.changeOptions({ combine: 'new' });
    clickAt(tool, bench, [120, 50]);
    tool.apply?.();
    expect([bench.state.hasDraft, bench.labels]).toEqual([false, []]);
    clickAt(tool, bench, [30, 90]);
    const second = boxRuns([20, 80, 20, 20], size);
    answers[1]?.(second);
    answers[0]?.(found);
    await bench.settled();
    expect(bench.annotations()).toHaveLength(2);
    expect(bench.state.hasDraft).toBe(true);
    tool.apply?.();
    const drawn = bench.annotations().slice(1);
    expect(drawn.map(({ bbox }) => bbox)).toEqual([
      [105, 35, 30, 30],
      [20, 80, 20, 20],
    ]);
  });

  test('gives it to the target that was chosen then, though another tool is taken up', async () => {
    const { bench, answers, tool } = withSlowHelp();
    clickAt(tool, bench, [120, 50]);
    tool.apply?.();
    expect(tool.putDown?.()).toBe(false);
    tool.drop?.();
    answers[0]?.(found);
    await bench.settled();
    expect(isSameMask(bench.runs('cup'), unionOf(square, found))).toBe(true);
  });

  test('Escape drops it, and one that fails leaves nothing', async () => {
    const { bench, answers, tool } = withSlowHelp();
    clickAt(tool, bench, [120, 50]);
    tool.apply?.();
    tool.drop?.();
    answers[0]?.(found);
    clickAt(tool, bench, [120, 50]);
    tool.apply?.();
    answers[1]?.(null);
    await bench.settled();
    expect([bench.labels, bench.state.hasDraft]).toEqual([[], false]);
    expect(isSameMask(bench.runs('cup'), square)).toBe(true);
  });
});
