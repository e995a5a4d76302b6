import { assertNever } from '../../electron/common/errors.ts';
import type { ToolId } from '../store/view-state.ts';
import { brushTool } from './brush-tool.ts';
import { fillTool } from './fill-tool.ts';
import { grabCutTool } from './grab-cut-tool.ts';
import { lassoTool } from './lasso-tool.ts';
import { panTool } from './pan-tool.ts';
import { polygonTool } from './polygon-tool.ts';
import { rectangleTool } from './rectangle-tool.ts';
import { scissorsTool } from './scissors-tool.ts';
import { selectTool } from './select-tool.ts';
import type { Tool } from './tool.ts';
import { verticesTool } from './vertices-tool.ts';
import { wandTool } from './wand-tool.ts';
import type { Workbench } from './workbench.ts';

export function createTool(id: ToolId, workbench: Workbench): Tool {
  switch (id) {
    case 'select':
      return selectTool(workbench);
    case 'pan':
      return panTool();
    case 'brush':
      return brushTool(workbench, 'add');
    case 'eraser':
      return brushTool(workbench, 'subtract');
    case 'rectangle':
      return rectangleTool(workbench);
    case 'polygon':
      return polygonTool(workbench);
    case 'lasso':
      return lassoTool(workbench);
    case 'fill':
      return fillTool(workbench);
    case 'wand':
      return wandTool(workbench);
    case 'grab-cut':
      return grabCutTool(workbench);
    case 'scissors':
      return scissorsTool(workbench);
    case 'vertices':
      return verticesTool(workbench);
    default:
      return assertNever(id);
  }
}
