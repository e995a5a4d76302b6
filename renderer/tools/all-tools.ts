import { brushDescription } from './brush-tool.ts';
import { ellipseDescription } from './ellipse-tool.ts';
import { eraserDescription } from './eraser-tool.ts';
import { fillDescription } from './fill-tool.ts';
import { grabCutDescription } from './grab-cut-tool.ts';
import { lassoDescription } from './lasso-tool.ts';
import { panDescription } from './pan-tool.ts';
import { polygonDescription } from './polygon-tool.ts';
import { rectangleDescription } from './rectangle-tool.ts';
import { scissorsDescription } from './scissors-tool.ts';
import { segmentDescription } from './segment-tool.ts';
import { selectDescription } from './select-tool.ts';
import type { ToolDescription } from './tool-description.ts';
import { verticesDescription } from './vertices-tool.ts';
import { wandDescription } from './wand-tool.ts';
import { grouped } from '../../electron/common/grouped.ts';

/** Every tool, in the order of the bar. A new tool is its own file and a line here. */
const list = [
  selectDescription,
  panDescription,
  brushDescription,
  eraserDescription,
  fillDescription,
  polygonDescription,
  lassoDescription,
  rectangleDescription,
  ellipseDescription,
  verticesDescription,
  wandDescription,
  segmentDescription,
  grabCutDescription,
  scissorsDescription,
] as const;

export type ToolId = (typeof list)[number]['id'];
export const allTools: readonly ToolDescription<ToolId>[] = list;

/** The tool called `id`; selecting, which changes nothing, where there is none of that name. */
export function toolOf(id: string): ToolDescription<ToolId> {
  return allTools.find((tool) => tool.id === id) ?? selectDescription;
}

/** As the bar shows them. */
export function toolGroups(): readonly (readonly ToolDescription<ToolId>[])[] {
  return [...grouped(allTools, ({ group }) => group).values()];
}
