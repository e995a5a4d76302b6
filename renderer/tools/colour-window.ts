import { type Box, type ImagePoint, type Size, boxHolds } from '../../electron/common/geometry.ts';
import type { RgbCrop } from '../../electron/common/flood-fill.ts';
import { type Runs, boxOf } from '../../electron/common/runs.ts';

/** Sides of the square around the click whose colours are asked for, until what was found fits inside. */
export const windowSides = [1_024, 2_048, 4_096, 8_192] as const;

/** A square around `middle`, moved to lie inside the image. */
export function windowAround(middle: ImagePoint, side: number, image: Size): Box {
  const width = Math.min(side, image.width);
  const height = Math.min(side, image.height);
  const left = Math.min(image.width - width, Math.max(0, Math.floor(middle.x) - (width >> 1)));
  const top = Math.min(image.height - height, Math.max(0, Math.floor(middle.y) - (height >> 1)));
  return [left, top, width, height];
}

/** True when what was found reaches a side of the window behind which the image goes on. */
export function isCutBy(runs: Runs, window: Box): boolean {
  const [left, top, width, height] = boxOf(runs);
  if (width === 0) return false;
  return (
    (left === window[0] && window[0] > 0) ||
    (top === window[1] && window[1] > 0) ||
    (left + width === window[0] + window[2] && window[0] + window[2] < runs.width) ||
    (top + height === window[1] + window[3] && window[1] + window[3] < runs.height)
  );
}

/** The last colours that were fetched, so that another tolerance or a click nearby asks for nothing. */
export class ColourCache {
  readonly #fetch: (box: Box, signal: AbortSignal) => Promise<RgbCrop>;
  #last: RgbCrop | null = null;

  constructor(fetch: (box: Box, signal: AbortSignal) => Promise<RgbCrop>) {
    this.#fetch = fetch;
  }

  /** Colours of at least `box`. */
  async colours(box: Box, signal: AbortSignal): Promise<RgbCrop> {
    if (this.#last !== null && boxHolds(this.#last.box, box)) return this.#last;
    this.#last = await this.#fetch(box, signal);
    return this.#last;
  }

  clear(): void {
    this.#last = null;
  }
}
