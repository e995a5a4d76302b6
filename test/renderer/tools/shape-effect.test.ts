import { expect, test } from 'vitest';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { lassoTool } from '../../../renderer/tools/lasso-tool.ts';
import { polygonTool } from '../../../renderer/tools/polygon-tool.ts';
import { rectangleTool } from '../../../renderer/tools/rectangle-tool.ts';
import { aTargetOf, aTestWorkbench, clickAt, pointerAt } from '../../helpers/test-workbench.ts';

const size = { width: 200, height: 120 };
const targets = [aTargetOf('cup', boxRuns([20, 20, 60, 60], size))];

test('a key that is held only as a shape begins, or only as it ends, means the shape', async () => {
  const inside = [
    [30, 30],
    [40, 30],
    [40, 40],
    [30, 40],
  ] as const;
  const alt = { alt: true };
  const draw: readonly ((bench: ReturnType<typeof aTestWorkbench>) => void)[] = [
    (bench) => {
      const tool = rectangleTool(bench);
      tool.press?.(pointerAt(bench, [30, 30], alt));
      tool.drag?.(pointerAt(bench, [40, 40]));
      tool.release?.(pointerAt(bench, [40, 40]));
    },
    (bench) => {
      const tool = lassoTool(bench);
      inside.forEach((at, index) =>
        index === 0 ? tool.press?.(pointerAt(bench, at, alt)) : tool.drag?.(pointerAt(bench, at)),
      );
      tool.release?.(pointerAt(bench, [30, 40]));
    },
    (bench) => {
      const tool = polygonTool(bench);
      inside.forEach((at, index) => clickAt(tool, bench, at, index === 0 ? alt : {}));
      tool.apply?.();
    },
    (bench) => {
      const tool = polygonTool(bench);
      for (const at of inside) clickAt(tool, bench, at);
      tool.apply?.({ shift: false, alt: true, mod: false });
    },
  ];
  for (const shape of draw) {
    const bench = aTestWorkbench({ size, targets, selected: ['cup'], options: { combine: 'new' } });
    shape(bench);
    await bench.settled();
    expect([bench.record('cup').area, bench.annotations().length]).toEqual([3600 - 100, 1]);
  }
  // A key held over a later corner and let go again is none.
  const bench = aTestWorkbench({ size, targets, selected: ['cup'], options: { combine: 'new' } });
  const tool = polygonTool(bench);
  inside.forEach((at, index) => clickAt(tool, bench, at, index === 2 ? alt : {}));
  tool.hover?.(pointerAt(bench, [35, 35], alt));
  tool.apply?.();
  await bench.settled();
  expect([bench.record('cup').area, bench.annotations().length]).toEqual([3600, 2]);
});
