import type { CanvasSession } from '../store/canvas-session.ts';
import { brushSize, combine } from './shared-options.ts';
import type { ToolDescription } from './tool-description.ts';

/** What the next press of a drawing tool will do, and the keys that change it. */
export interface NextStroke {
  /** 'A new cup' */
  readonly does: string;
  /** What each modifier would do instead, in words. */
  readonly instead: readonly { readonly key: 'shift' | 'alt'; readonly does: string }[];
}

/**
 * @param active the selected target's title; null when none is selected
 * @param drawnClass the class of what is drawn next; null for none
 * @returns null for tools that draw nothing
 */
export function nextStroke({
  tool,
  session,
  active,
  drawnClass,
}: {
  readonly tool: Pick<ToolDescription, 'id' | 'options'>;
  readonly session: Pick<CanvasSession, 'combine'>;
  readonly active: string | null;
  readonly drawnClass: string | null;
}): NextStroke | null {
  const isNew = drawnClass === null ? 'A new target' : `A new ${drawnClass}`;
  const adds = active === null ? isNew : `Adds to ${active}`;
  const takes = active === null ? null : `Takes from ${active}`;
  // Beside a thing that is pointed at, Alt means what does not belong to it (segment-tool.ts).
  const isPointing = tool.id === 'segment';
  const orTake = takes === null || isPointing ? [] : [{ key: 'alt', does: takes } as const];
  if (tool.options.includes(combine)) {
    if (session.combine === 'subtract')
      return { does: takes ?? 'Select the target to take from', instead: [{ key: 'shift', does: isNew }] };
    const isAdding = session.combine === 'add' && active !== null;
    const other = isAdding ? isNew : adds;
    const orOther = active === null ? [] : [{ key: 'shift', does: other } as const];
    return { does: isAdding ? adds : isNew, instead: [...orOther, ...orTake] };
  }
  if (tool.id === 'fill') {
    if (active === null) return { does: 'Select the target to fill', instead: [] };
    return {
      does: `Fills a gap in ${active}`,
      instead: [{ key: 'alt', does: `Empties a part of ${active}` }],
    };
  }
  if (!tool.options.includes(brushSize)) return null;
  // The eraser is the brush with its effects the other way round.
  if (tool.id === 'eraser')
    return { does: takes ?? 'Select the target to rub off', instead: [{ key: 'alt', does: adds }] };
  return { does: adds, instead: orTake };
}

/** What the next press does to which target, for who only has room for a sign; null for tools that draw nothing, or where there is none to draw on. */
export function strokeAim({
  tool,
  session,
  hasActive,
}: {
  readonly tool: Pick<ToolDescription, 'id' | 'options'>;
  readonly session: Pick<CanvasSession, 'combine'>;
  readonly hasActive: boolean;
}): 'new' | 'add' | 'subtract' | null {
  const isErasing = tool.options.includes(combine) ? session.combine === 'subtract' : tool.id === 'eraser';
  if (isErasing) return hasActive ? 'subtract' : null;
  if (tool.options.includes(combine)) return session.combine === 'add' && hasActive ? 'add' : 'new';
  if (!tool.options.includes(brushSize)) return null;
  return hasActive ? 'add' : 'new';
}
