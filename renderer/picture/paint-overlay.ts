import { imagePoint } from '../../electron/common/geometry.ts';
import type { PaintedMask } from './compose-tile.ts';
import { type LineStyle, strokeMask } from './crack-path.ts';
import type { DeviceView } from './device-view.ts';
import type { Context2d } from './draw-tiles.ts';
import type { LiveEdit } from './live-edit.ts';
import { cssColour } from './paint-masks.ts';
import type { SceneMasks } from './painted-masks.ts';
import type { StrokePicture } from './stroke-picture.ts';

export interface OverlayPainting {
  readonly masks: SceneMasks;
  readonly compared: PaintedMask | null;
  readonly live: LiveEdit | null;
  readonly strokePicture: StrokePicture | null;
  /** 0..1, how strongly the hovered mask lights up now. */
  readonly flash: number;
  readonly masksHidden: boolean;
  /** False when this frame has no time left to find another border. */
  readonly mayTrace: () => boolean;
}

/** Dark under light: a line that shows on any picture. */
const selectedLine: readonly LineStyle[] = [
  { colour: 'rgba(0, 0, 0, 0.75)', width: 3.5 },
  { colour: '#ffffff', width: 1.5 },
];
const comparedLine: readonly LineStyle[] = [
  { colour: 'rgba(0, 0, 0, 0.75)', width: 3.5 },
  { colour: '#ffd400', width: 1.5 },
];

/**
 * Outlines of what is selected, pointed at or compared; the tool draws on top of them.
 *
 * @returns false when some of them were left for a later frame
 */
export function paintOverlay(context: Context2d, view: DeviceView, painting: OverlayPainting): boolean {
  const { masks, live, mayTrace } = painting;
  if (painting.masksHidden) return true;
  const done: boolean[] = [];
  if (masks.hovered !== null && !masks.selected.includes(masks.hovered)) {
    done.push(
      strokeMask(context, view, masks.hovered, {
        styles: hoveredLine(masks.hovered, painting.flash),
        mayTrace,
      }),
    );
  }
  for (const mask of masks.selected) {
    const isActive = mask === masks.active;
    if (live?.kind === 'shape' && live.effect === 'replace' && isActive) continue;
    const by = live?.kind === 'move' ? live.by : imagePoint({ x: 0, y: 0 });
    done.push(strokeMask(context, view, mask, { styles: selectedLine, by, mayTrace }));
  }
  if (live?.kind === 'stroke') removeUnderStroke(context, view, painting);
  if (live?.kind === 'shape') done.push(strokeMask(context, view, live, { styles: selectedLine, mayTrace }));
  if (painting.compared !== null) {
    done.push(strokeMask(context, view, painting.compared, { styles: comparedLine, mayTrace }));
  }
  return !done.includes(false);
}

function hoveredLine(mask: PaintedMask, flash: number): readonly LineStyle[] {
  return [
    { colour: 'rgba(0, 0, 0, 0.6)', width: 6 + 4 * flash },
    { colour: '#ffffff', width: 4.5 + 4 * flash },
    { colour: cssColour(mask.colour), width: 2 },
  ];
}

/** The old outline ends where the stroke has been; the new one comes when the stroke is done. */
function removeUnderStroke(context: Context2d, view: DeviceView, { strokePicture }: OverlayPainting): void {
  context.globalCompositeOperation = 'destination-out';
  context.imageSmoothingEnabled = view.isSmooth;
  strokePicture?.draw(context, view);
  context.globalCompositeOperation = 'source-over';
}

const flashMs = 500;

/** Lights a mask up for a moment when something outside the picture points at it. */
export class Flash {
  readonly #redraw: () => void;
  #startedAt: number | null = null;
  #frame = 0;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  get strength(): number {
    if (this.#startedAt === null) return 0;
    return Math.max(0, 1 - (performance.now() - this.#startedAt) / flashMs);
  }

  start(isWanted: boolean): void {
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#startedAt = isWanted && !isCalm ? performance.now() : null;
    cancelAnimationFrame(this.#frame);
    if (this.#startedAt !== null) this.#run();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }

  #run(): void {
    this.#redraw();
    if (this.strength > 0) this.#frame = requestAnimationFrame(() => this.#run());
  }
}
