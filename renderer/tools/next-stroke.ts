import type { CanvasSession, HeldKeys } from '../store/canvas-session.ts';
import { brushSize, combine } from './shared-options.ts';
import type { ToolDescription } from './tool-description.ts';

/** What the next press of a drawing tool will do, and the keys that change it. */
export interface NextStroke {
  /** 'A new cup' */
  readonly does: string;
  /** What each modifier would do instead, in words. */
  readonly instead: readonly { readonly key: 'shift' | 'alt'; readonly does: string }[];
}

/** The keys that decide about the next press, or the one that is under way: of shapes those held at its end count as well. */
function deciding(tool: Pick<ToolDescription, 'group'>, { now, pressed }: CanvasSession['held']): HeldKeys {
  if (pressed === null || tool.group !== 'shape') return pressed ?? now;
  return { shift: pressed.shift || now.shift, alt: pressed.alt || now.alt };
}

/**
 * @param active the selected target's title; null when none is selected
 * @param drawnClass the class of what is drawn next; null for none
 * @returns null for tools that draw nothing
 */
export function nextStroke(known: Known): NextStroke | null {
  const plain = withoutKeys(known);
  const { shift, alt } = deciding(known.tool, known.session.held);
  const key = alt ? 'alt' : shift ? 'shift' : null;
  if (plain === null || key === null) return plain;
  const other = plain.instead.find((one) => one.key === key);
  if (other !== undefined) return { does: other.does, instead: [] };
  const takesFromNone = key === 'alt' && known.active === null && known.tool.id !== 'segment';
  return takesFromNone && known.tool.id !== 'fill'
    ? { does: 'Select the target to take from', instead: [] }
    : plain;
}

interface Known {
  readonly tool: Pick<ToolDescription, 'id' | 'options' | 'group'>;
  readonly session: Pick<CanvasSession, 'combine' | 'held'>;
  readonly active: string | null;
  readonly drawnClass: string | null;
}

function withoutKeys({ tool, session, active, drawnClass }: Known): NextStroke | null {
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
  readonly tool: Pick<ToolDescription, 'id' | 'options' | 'group'>;
  readonly session: Pick<CanvasSession, 'combine' | 'held'>;
  readonly hasActive: boolean;
}): 'new' | 'add' | 'subtract' | null {
  const { shift, alt } = deciding(tool, session.held);
  const isShape = tool.options.includes(combine);
  if (!isShape && !tool.options.includes(brushSize)) return null;
  const takesAway = isShape
    ? alt && tool.id !== 'segment'
      ? true
      : session.combine === 'subtract' && !shift
    : (tool.id === 'eraser') !== alt;
  if (takesAway) return hasActive ? 'subtract' : null;
  if (!hasActive) return 'new';
  if (!isShape) return 'add';
  return (session.combine === 'new') === shift ? 'add' : 'new';
}
