import type { AnnotationId, AnnotationRecord } from '../../electron/common/document.ts';
import type { StreamTarget } from '../store/chat-state.ts';
import type { PreviewMask } from '../store/view-state.ts';
import { type PaintedMask, packColour } from './compose-tile.ts';
import { patternCount } from './mask-pattern.ts';
import { drawableRuns } from './mask-runs.ts';

export interface MaskSelection {
  /** Annotations of the shown image, lowest first. */
  readonly annotations: readonly AnnotationRecord[];
  readonly selection: readonly AnnotationId[];
  readonly hovered: AnnotationId | null;
  readonly previews: ReadonlyMap<AnnotationId, PreviewMask>;
  /** Targets of an answer that is still being made. */
  readonly streamed: readonly StreamTarget[];
  readonly hasPatterns: boolean;
}

/** Which mask is drawn on which layer. */
export interface SceneMasks {
  /** Everything that is shown except the active one, lowest first. */
  readonly committed: readonly PaintedMask[];
  /** The last selected target: drawn above all others and the one that tools change. */
  readonly active: PaintedMask | null;
  /** All selected ones, the active one included. */
  readonly selected: readonly PaintedMask[];
  readonly hovered: PaintedMask | null;
}

export function sceneMasks(input: MaskSelection): SceneMasks {
  const painted = new Map<AnnotationId, PaintedMask>();
  for (const annotation of input.annotations) {
    if (isShown(annotation, input.selection)) painted.set(annotation.id, paintedMask(annotation, input));
  }
  const activeId = input.selection.at(-1);
  const active = (activeId === undefined ? undefined : painted.get(activeId)) ?? null;
  const streamed = input.streamed.flatMap(({ drawn, colour }) => (drawn === null ? [] : [streamedMask(drawn, colour)]));
  return {
    committed: [...[...painted.values()].filter((mask) => mask !== active), ...streamed],
    active,
    selected: input.selection.flatMap((id) => painted.get(id) ?? []),
    hovered: input.hovered === null ? null : (painted.get(input.hovered) ?? null),
  };
}

/** A rejected target is out of the picture until someone selects it. */
function isShown(annotation: AnnotationRecord, selection: readonly AnnotationId[]): boolean {
  if (annotation.hidden) return false;
  return annotation.review !== 'rejected' || selection.includes(annotation.id);
}

function paintedMask(annotation: AnnotationRecord, input: MaskSelection): PaintedMask {
  const shown = input.previews.get(annotation.id) ?? annotation;
  return {
    runs: drawableRuns(shown.mask),
    box: shown.bbox,
    colour: packColour(annotation.colour),
    pattern: input.hasPatterns ? patternOf(annotation) : 0,
  };
}

/** By paint order, so that a target keeps its pattern; the same colour rarely meets the same pattern. */
function patternOf(annotation: AnnotationRecord): number {
  return (Math.abs(Math.round(annotation.order)) % patternCount) + 1;
}

function streamedMask(drawn: NonNullable<StreamTarget['drawn']>, colour: string): PaintedMask {
  return { runs: drawableRuns(drawn.mask), box: drawn.bbox, colour: packColour(colour), pattern: 0 };
}
