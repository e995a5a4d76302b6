import type { Tool } from './tool.ts';

/** Dragging moves the picture; the pane itself does it, as it does for every tool while Space is held. */
export function panTool(): Tool {
  return { cursor: () => 'grab' };
}
