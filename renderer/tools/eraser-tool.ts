import { Eraser } from 'lucide-react';
import { brushTool } from './brush-tool.ts';
import { brushShape, brushSize } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

/** The brush that takes away. */
export const eraserDescription = describeTool({
  id: 'eraser',
  title: 'Eraser',
  key: 'e',
  icon: Eraser,
  group: 'paint',
  pen: { kind: 'hold', done: 'Erased', isBetweenPixels: false },
  options: [brushShape, brushSize],
  create: (workbench) => brushTool(workbench, 'subtract'),
});
