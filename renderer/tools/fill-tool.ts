import { PaintBucket } from 'lucide-react';
import { isPixelSet } from '../../electron/common/runs.ts';
import { type ImagePoint, pixelAt } from '../../electron/common/geometry.ts';
import { maskRuns } from '../picture/mask-runs.ts';
import { applyShape, shapeGoal } from './apply-shape.ts';
import type { Tool } from './tool.ts';
import { finishing } from './finishing.ts';
import { type Workbench, activeTarget } from './workbench.ts';
import { sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

export const fillDescription = describeTool({
  id: 'fill',
  title: 'Fill area',
  key: 'f',
  icon: PaintBucket,
  group: 'paint',
  pen: { kind: 'click', done: 'Filling', isBetweenPixels: false },
  options: [sparesOthers],
  create: fillTool,
});

/**
 * Click in a hole or beside the mask to fill everything up to its border; click inside the mask with Alt to
 * empty the part that was hit.
 */
export function fillTool(workbench: Workbench): Tool {
  const fill = async (pixel: ImagePoint, isErasing: boolean): Promise<void> => {
    const record = activeTarget(workbench);
    if (record === null) {
      workbench.hint('Select the target to fill first.');
      return;
    }
    const runs = maskRuns(record.mask);
    if (isPixelSet(runs, pixel.x, pixel.y) !== isErasing) {
      workbench.hint(
        isErasing
          ? 'This pixel is outside the mask already.'
          : 'This pixel is in the mask already. Alt-click empties the part you click.',
      );
      return;
    }
    const goal = shapeGoal(workbench, isErasing ? 'subtract' : 'add');
    if (goal === null) return;
    const shape = await workbench.assisted(
      { label: 'Filling', failure: 'The area could not be filled' },
      (signal) => workbench.masks.run('partAt', { runs, point: pixel }, signal),
    );
    if (shape !== null) applyShape(workbench, goal, shape, isErasing ? 'Empty part of' : 'Fill');
  };

  return {
    cursor: () => 'cell',
    press: (pointer) => {
      const image = workbench.image();
      const pixel = pixelAt(pointer.point);
      const { x, y } = pixel;
      if (image === null || x < 0 || y < 0 || x >= image.width || y >= image.height) return;
      finishing(fill(pixel, pointer.alt));
    },
  };
}
