import { Square } from 'lucide-react';
import { cornersOf } from '../../electron/common/geometry.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import { dragShapeTool } from './drag-shape-tool.ts';
import { combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';
import type { Tool } from './tool.ts';
import type { Workbench } from './workbench.ts';

export const rectangleDescription = describeTool({
  id: 'rectangle',
  title: 'Rectangle',
  key: 'r',
  icon: Square,
  group: 'shape',
  pen: { kind: 'hold', done: 'Rectangle drawn', isBetweenPixels: true },
  options: [combine, sparesOthers],
  create: rectangleTool,
});

/** Drag a box; all its pixels are taken. */
export function rectangleTool(workbench: Workbench): Tool {
  return dragShapeTool(workbench, {
    label: 'Rectangle',
    runs: boxRuns,
    outline: cornersOf,
  });
}
