import type { CanvasSession } from '../store/canvas-session.ts';
import { toolOf } from './all-tools.ts';
import { brushSize, combine } from './shared-options.ts';

/** Tools with a choice of what a shape does, and the brush: what they draw may be a new target. */
export function makesTargets(id: string): boolean {
  const { options } = toolOf(id);
  return options.includes(combine) || (options.includes(brushSize) && id !== 'eraser');
}

/** Whether the next shape is a new target whatever is selected. */
export function makesNewTargets(id: string, session: Pick<CanvasSession, 'combine'>): boolean {
  return toolOf(id).options.includes(combine) && session.combine === 'new';
}
