import { isShown } from '../../electron/common/document/shown.ts';
import type { AnnotationId, AnnotationRecord, DrawnMask } from '../../electron/common/document/records.ts';
import type { StreamTarget } from '../store/chat-state.ts';
import { type PaintedMask, packColour } from './compose-tile.ts';
import { patternCount } from './mask-pattern.ts';
import type { LiveEdit } from './live-edit.ts';
import { drawableRuns } from './mask-runs.ts';

export interface MaskSelection {
  /** Annotations of the shown image, lowest first. */
  readonly annotations: readonly AnnotationRecord[];
  readonly selection: readonly AnnotationId[];
  readonly hovered: AnnotationId | null;
  readonly previews: ReadonlyMap<AnnotationId, DrawnMask>;
  /** Targets of an answer that is still being made. */
  readonly streamed: readonly StreamTarget[];
  readonly hasPatterns: boolean;
  /** '#rrggbb' of a target on the picture. */
  readonly colourOf: (annotation: AnnotationRecord) => string;
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

/** @param before the committed masks drawn last; given back when they are still the same */
export function sceneMasks(input: MaskSelection, before: readonly PaintedMask[] = []): SceneMasks {
  const shown = new Map<AnnotationId, PaintedMask>();
  for (const annotation of input.annotations) {
    if (isShown(annotation, input.selection)) shown.set(annotation.id, paintedMask(annotation, input));
  }
  const activeId = input.selection.at(-1);
  const active = (activeId === undefined ? undefined : shown.get(activeId)) ?? null;
  const streamed = input.streamed.flatMap(({ drawn, colour }) =>
    drawn === null ? [] : [streamedMask(drawn, colour)],
  );
  const committed = [...[...shown.values()].filter((mask) => mask !== active), ...streamed];
  return {
    committed: isSameList(before, committed) ? before : committed,
    active,
    selected: input.selection.flatMap((id) => shown.get(id) ?? []),
    hovered: input.hovered === null ? null : (shown.get(input.hovered) ?? null),
  };
}

/** Which masks stand still, and which follow the hand: all selected ones while they are moved, else the active one. Lowest first. */
export interface Layers {
  readonly standing: readonly PaintedMask[];
  readonly followed: readonly PaintedMask[];
}

const layersOfMoves = new WeakMap<SceneMasks, Layers>();

/** The same lists for the same masks: a layer is drawn again when its list is another. */
export function layersOf(masks: SceneMasks, live: LiveEdit | null): Layers {
  const { committed, active, selected } = masks;
  const known = layersOfMoves.get(masks);
  if (live?.kind === 'move' && selected.length > 1 && known !== undefined) return known;
  const own = active === null ? [] : [active];
  if (live?.kind !== 'move' || selected.length < 2) return { standing: committed, followed: own };
  const isMoved = new Set(selected);
  const layers = {
    standing: committed.filter((mask) => !isMoved.has(mask)),
    followed: [...committed.filter((mask) => isMoved.has(mask)), ...own],
  };
  layersOfMoves.set(masks, layers);
  return layers;
}

function isSameList(a: readonly PaintedMask[], b: readonly PaintedMask[]): boolean {
  return a.length === b.length && a.every((mask, index) => mask === b[index]);
}

interface Painted {
  readonly shown: DrawnMask;
  readonly pattern: number;
  readonly colour: string;
  readonly mask: PaintedMask;
}
const painted = new WeakMap<AnnotationRecord, Painted>();

/** The same object as long as nothing about it changes, so that lists of masks can be compared quickly. */
function paintedMask(annotation: AnnotationRecord, input: MaskSelection): PaintedMask {
  const shown = input.previews.get(annotation.id) ?? annotation;
  const pattern = input.hasPatterns ? patternOf(annotation) : 0;
  const known = painted.get(annotation);
  const colour = input.colourOf(annotation);
  if (known?.shown === shown && known.pattern === pattern && known.colour === colour) return known.mask;
  const mask = {
    runs: drawableRuns(shown.mask),
    box: shown.bbox,
    colour: packColour(colour),
    pattern,
  };
  painted.set(annotation, { shown, pattern, colour, mask });
  return mask;
}

/** By paint order, so that a target keeps its pattern; the same colour rarely meets the same pattern. */
function patternOf(annotation: AnnotationRecord): number {
  return (Math.abs(Math.round(annotation.order)) % patternCount) + 1;
}

const paintedStreams = new WeakMap<NonNullable<StreamTarget['drawn']>, PaintedMask>();

function streamedMask(drawn: NonNullable<StreamTarget['drawn']>, colour: string): PaintedMask {
  const known = paintedStreams.get(drawn);
  if (known !== undefined) return known;
  const mask = { runs: drawableRuns(drawn.mask), box: drawn.bbox, colour: packColour(colour), pattern: 0 };
  paintedStreams.set(drawn, mask);
  return mask;
}
