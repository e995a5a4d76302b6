import { expect, test } from 'vitest';
import { areaOf, boxOf, isPixelSet } from '../../../electron/common/runs.ts';
import { ellipseDescription, ellipseRuns } from '../../../renderer/tools/ellipse-tool.ts';
import { aTestWorkbench, dragThrough } from '../../helpers/test-workbench.ts';

test('an ellipse takes the pixels whose middle lies in it', () => {
  const image = { width: 40, height: 30 };
  for (const box of [
    [3, 4, 20, 10],
    [0, 0, 1, 1],
    [5, 5, 7, 3],
    [-6, -4, 20, 14],
    [30, 20, 20, 20],
  ] as const) {
    const runs = ellipseRuns([...box], image);
    const [left, top, width, height] = box;
    for (let y = 0; y < image.height; y++)
      for (let x = 0; x < image.width; x++) {
        const dx = (x + 0.5 - left - width / 2) / (width / 2);
        const dy = (y + 0.5 - top - height / 2) / (height / 2);
        const distance = dx * dx + dy * dy;
        // On the line itself rounding decides.
        if (Math.abs(distance - 1) > 1e-9) expect(isPixelSet(runs, x, y)).toBe(distance < 1);
      }
  }
});

test('dragging makes a target; Ctrl keeps it a circle; no size makes nothing', () => {
  const bench = aTestWorkbench({ size: { width: 100, height: 80 } });
  const tool = ellipseDescription.create(bench);
  dragThrough(
    tool,
    bench,
    [
      [10, 10],
      [50, 30],
    ],
    { mod: true },
  );
  const [made] = bench.annotations();
  expect(made && boxOf(bench.runs(made.id))).toEqual([10, 10, 40, 40]);
  expect(Math.abs(areaOf(bench.runs(made?.id ?? '')) - Math.PI * 400)).toBeLessThan(20);
  dragThrough(tool, bench, [
    [60, 60],
    [60, 60],
  ]);
  expect(bench.labels).toEqual(['Ellipse Target 1']);
});
