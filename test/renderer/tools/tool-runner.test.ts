import { expect, test } from 'vitest';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { storedMask } from '../../../renderer/picture/mask-runs.ts';
import { ToolRunner } from '../../../renderer/tools/tool-runner.ts';
import { aTargetOf, aTestWorkbench, clickAt, dragThrough, pointerAt } from '../../helpers/test-workbench.ts';

const size = { width: 200, height: 120 };
const square = boxRuns([20, 20, 60, 60], size);

function aRunner(tool: string, given: Partial<Parameters<typeof aTestWorkbench>[0]> = {}) {
  const bench = aTestWorkbench({
    size,
    targets: [aTargetOf('cup', square)],
    selected: ['cup'],
    options: { combine: 'new' },
    ...given,
  });
  let image = 'first';
  const removed = new Set<string>();
  const runner = new ToolRunner(bench, {
    tool,
    setPainter: () => undefined,
    imageId: () => image,
    hasImage: (id) => !removed.has(id),
  });
  return {
    bench,
    runner,
    removed,
    show(next: string) {
      image = next;
      runner.restart();
    },
  };
}

test('corners that were set wait while another tool is used, and are taken up again', async () => {
  const { bench, runner } = aRunner('polygon');
  for (const at of [
    [100, 10],
    [140, 10],
    [140, 50],
  ] as const)
    clickAt(runner.tool, bench, at);
  runner.choose('select');
  expect([bench.state.hasDraft, bench.hints.at(-1)]).toEqual([
    false,
    'What you began with “Polygon” is kept: take that tool again to go on with it.',
  ]);
  runner.choose('polygon');
  expect(bench.state.hasDraft).toBe(true);
  clickAt(runner.tool, bench, [100, 50]);
  runner.tool.apply?.();
  await bench.settled();
  expect([bench.labels.length, bench.annotations().at(-1)?.bbox]).toEqual([1, [100, 10, 40, 40]]);
});

test('what was begun on an image that is removed goes with it, is asked about no more, and comes back with it', () => {
  const { bench, runner, removed, show } = aRunner('polygon');
  for (const at of [
    [100, 10],
    [140, 10],
  ] as const)
    clickAt(runner.tool, bench, at);
  removed.add('first');
  show('second');
  expect([runner.waitingOn, bench.hints.at(-1)]).toEqual([
    [],
    'What you began on the image comes back with it when you undo.',
  ]);
  removed.clear();
  expect(runner.waitingOn).toEqual(['first']);
  show('first');
  expect([runner.waitingOn, bench.state.hasDraft]).toEqual([[], true]);
});

test('what was begun on one image waits there: another image has none of it', async () => {
  const { bench, runner, show } = aRunner('polygon');
  for (const at of [
    [100, 10],
    [140, 10],
    [140, 50],
  ] as const)
    clickAt(runner.tool, bench, at);
  show('second');
  expect(bench.state.hasDraft).toBe(false);
  runner.tool.apply?.();
  await bench.settled();
  expect(bench.labels).toEqual([]);
  show('first');
  expect(bench.state.hasDraft).toBe(true);
  runner.tool.stepBack?.();
  runner.tool.stepBack?.();
  runner.tool.drop?.();
  show('second');
  show('first');
  expect(bench.state.hasDraft).toBe(false);
});

test('scissors that were put down ask for no edge on the next image, and go on where they were', async () => {
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  const { bench, runner, show } = aRunner('scissors', {
    help: {
      scissors: (from, to) => {
        asked.push(to.x);
        return new Promise((resolve) => answers.push(() => resolve([from, to])));
      },
    },
  });
  for (const at of [
    [100, 10],
    [140, 10],
    [140, 50],
  ] as const)
    clickAt(runner.tool, bench, at);
  await bench.settled();
  expect(asked).toEqual([140]);
  show('second');
  answers.shift()?.();
  await bench.settled();
  expect([asked, bench.state.hasDraft]).toEqual([[140], false]);
  show('first');
  await bench.settled();
  answers.shift()?.();
  await bench.settled();
  expect([asked, bench.state.hasDraft]).toEqual([[140, 140], true]);
});

test('what a helper finds after its tool was put down is not shown on the next image, but when the first is back', async () => {
  let answer = (): void => undefined;
  const { bench, runner, show } = aRunner('grab-cut', {
    help: {
      grabCut: () =>
        new Promise((resolve) => {
          answer = () =>
            resolve({ mask: storedMask(boxRuns([110, 20, 20, 20], size)), bbox: [110, 20, 20, 20] });
        }),
    },
  });
  dragThrough(runner.tool, bench, [
    [100, 10],
    [150, 60],
  ]);
  show('second');
  answer();
  await bench.settled();
  expect([bench.state.live, bench.state.hasDraft]).toEqual([null, false]);
  show('first');
  expect([bench.state.live?.kind, bench.state.hasDraft]).toEqual(['shape', true]);
  runner.tool.apply?.();
  await bench.settled();
  expect(bench.annotations().at(-1)?.bbox).toEqual([110, 20, 20, 20]);
});

test('moved corners wait as well, unless their target was changed meanwhile: that is said', async () => {
  const { bench, runner } = aRunner('vertices');
  await bench.settled();
  await bench.settled();
  dragThrough(runner.tool, bench, [
    [20, 20],
    [10, 10],
  ]);
  expect(bench.state.hasDraft).toBe(true);
  runner.choose('select');
  runner.choose('vertices');
  expect(bench.state.hasDraft).toBe(true);
  runner.choose('select');
  const before = bench.record('cup');
  const renamed = { ...before, name: 'mug' };
  bench.changeElsewhere({ added: [], changed: [[before, renamed]], removed: [] });
  runner.choose('vertices');
  expect(bench.state.hasDraft).toBe(true);
  runner.choose('select');
  const other = storedMask(boxRuns([0, 0, 5, 5], size));
  bench.changeElsewhere({ added: [], changed: [[renamed, { ...renamed, mask: other }]], removed: [] });
  runner.choose('vertices');
  await bench.settled();
  expect(bench.state.hasDraft).toBe(false);
  expect(bench.hints).toContainEqual(expect.stringContaining('was changed meanwhile'));
});

test('a tool with nothing drafted leaves nothing behind', () => {
  const { bench, runner, show } = aRunner('polygon');
  runner.tool.hover?.(pointerAt(bench, [5, 5]));
  runner.choose('select');
  show('second');
  expect(bench.hints.filter((hint) => hint !== null && hint.includes('kept'))).toEqual([]);
});
