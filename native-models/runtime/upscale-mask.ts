import { linearTaps } from './bilinear.ts';
import type { LinearTaps } from './bilinear.ts';
import type { Placement, Size } from './image/placement.ts';
import { sigmoidOfPositive } from './sigmoid.ts';

/** A target's mask logits as the pixel decoder gives them, f32 [side, side] over the whole square, padding included. */
export interface MaskLogits {
  readonly logits: Float32Array;
  readonly side: number;
}

/** Pixels x, y (inclusive) and on; never empty. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ImageMask extends Size {
  /** [height, width] row-major, 1 = target. */
  readonly bitmap: Uint8Array;
  /** Tight box of the ones, null when there are none. */
  readonly box: PixelBox | null;
}

/**
 * The mask at the image's own size: low-resolution logits -> the network's square -> crop to the image -> the image's size, both steps bilinear
 * without antialias, then `logit > threshold`. Only the part that can be positive is computed.
 *
 * Source: PixelLM's postprocess_masks; native-models/pixellm/REFERENCE.md section 8
 */
export function upscaleMask(mask: MaskLogits, placement: Placement, image: Size, threshold = 0): ImageMask {
  const bitmap = new Uint8Array(image.width * image.height);
  const bounds = new GrowingBox();
  forEachLogitRow(mask, placement, image, threshold, (y, firstX, row) => {
    const start = y * image.width + firstX;
    let first = -1;
    let last = -1;
    for (let index = 0; index < row.length; index++) {
      if ((row[index] ?? 0) <= threshold) continue;
      bitmap[start + index] = 1;
      if (first < 0) first = index;
      last = index;
    }
    if (first >= 0) bounds.add(y, firstX + first, firstX + last);
  });
  return { width: image.width, height: image.height, bitmap, box: bounds.toBox() };
}

/**
 * Mean sigmoid over the positive pixels at the image's size; 0 when nothing is positive.
 * Source: evaluate()'s mask_scores
 */
export function scoreMask(mask: MaskLogits, placement: Placement, image: Size): number {
  let sum = 0;
  let count = 0;
  forEachLogitRow(mask, placement, image, 0, (_, __, row) => {
    for (let index = 0; index < row.length; index++) {
      const logit = row[index] ?? 0;
      if (logit <= 0) continue;
      sum += sigmoidOfPositive(logit);
      count++;
    }
  });
  return sum / (count + 1e-6);
}

type RowVisitor = (y: number, firstX: number, row: Float32Array) => void;

/**
 * Visits the rows of the full-size logits that can hold a value above `threshold`, each cut to the columns that can.
 * Interpolation never leaves the range of what it mixes, so the low-resolution cells above the threshold bound the rest.
 */
export function forEachLogitRow(
  mask: MaskLogits,
  placement: Placement,
  image: Size,
  threshold: number,
  visit: RowVisitor,
): void {
  const toSquare = linearTaps(mask.side, placement.side);
  const downX = linearTaps(placement.resizedWidth, image.width);
  const downY = linearTaps(placement.resizedHeight, image.height);
  const cells = cellsAbove(mask, threshold);
  if (cells === null) return;
  const squareX = reach(toSquare, cells.columns, placement.resizedWidth);
  const squareY = reach(toSquare, cells.rows, placement.resizedHeight);
  if (squareX === null || squareY === null) return;
  const imageX = reach(downX, squareX, image.width);
  const imageY = reach(downY, squareY, image.height);
  if (imageX === null || imageY === null) return;

  const square = squareRows(mask, toSquare, placement);
  const blended = new Float32Array(placement.resizedWidth);
  const row = new Float32Array(imageX.last - imageX.first + 1);
  for (let y = imageY.first; y <= imageY.last; y++) {
    blendRows(square(downY.lower[y] ?? 0), square(downY.upper[y] ?? 0), downY.share[y] ?? 0, blended);
    for (let index = 0, x = imageX.first; index < row.length; index++, x++) {
      const left = blended[downX.lower[x] ?? 0] ?? 0;
      const right = blended[downX.upper[x] ?? 0] ?? 0;
      const share = downX.share[x] ?? 0;
      row[index] = left * (1 - share) + right * share;
    }
    visit(y, imageX.first, row);
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function cellsAbove(mask: MaskLogits, threshold: number): { rows: Range; columns: Range } | null {
  const bounds = new GrowingBox();
  for (let y = 0; y < mask.side; y++) {
    for (let x = 0; x < mask.side; x++)
      if ((mask.logits[y * mask.side + x] ?? 0) > threshold) bounds.add(y, x, x);
  }
  const box = bounds.toBox();
  if (box === null) return null;
  return {
    rows: { first: box.y, last: box.y + box.height - 1 },
    columns: { first: box.x, last: box.x + box.width - 1 },
  };
}

/** Outputs below `limit` that mix any input of the range; null when there are none. Taps grow with the index. */
function reach(taps: LinearTaps, inputs: Range, limit: number): Range | null {
  let first = 0;
  while (first < limit && (taps.upper[first] ?? 0) < inputs.first) first++;
  let last = limit - 1;
  while (last >= first && (taps.lower[last] ?? 0) > inputs.last) last--;
  return first <= last ? { first, last } : null;
}

/** Gives row y of the logits at the square's size, cropped to the image's width; each row is computed once, two are kept. */
function squareRows(mask: MaskLogits, taps: LinearTaps, placement: Placement): (y: number) => Float32Array {
  const rows = [newRow(-1), newRow(-1)];
  function newRow(y: number): { y: number; values: Float32Array } {
    return { y, values: new Float32Array(placement.resizedWidth) };
  }
  return (y) => {
    const known = rows.find((row) => row.y === y);
    if (known) return known.values;
    // The caller walks downwards, so the smaller index is done with.
    const oldest = (rows[0]?.y ?? 0) <= (rows[1]?.y ?? 0) ? rows[0] : rows[1];
    const target = oldest ?? newRow(y);
    target.y = y;
    fillSquareRow(mask, taps, y, target.values);
    return target.values;
  };
}

function fillSquareRow(mask: MaskLogits, taps: LinearTaps, y: number, out: Float32Array): void {
  const upper = (taps.lower[y] ?? 0) * mask.side;
  const lower = (taps.upper[y] ?? 0) * mask.side;
  const shareY = taps.share[y] ?? 0;
  for (let x = 0; x < out.length; x++) {
    const left = taps.lower[x] ?? 0;
    const right = taps.upper[x] ?? 0;
    const shareX = taps.share[x] ?? 0;
    const top = (mask.logits[upper + left] ?? 0) * (1 - shareX) + (mask.logits[upper + right] ?? 0) * shareX;
    const bottom =
      (mask.logits[lower + left] ?? 0) * (1 - shareX) + (mask.logits[lower + right] ?? 0) * shareX;
    out[x] = top * (1 - shareY) + bottom * shareY;
  }
}

function blendRows(top: Float32Array, bottom: Float32Array, share: number, out: Float32Array): void {
  for (let x = 0; x < out.length; x++) out[x] = (top[x] ?? 0) * (1 - share) + (bottom[x] ?? 0) * share;
}

class GrowingBox {
  #left = Number.POSITIVE_INFINITY;
  #right = -1;
  #top = -1;
  #bottom = -1;

  add(y: number, firstX: number, lastX: number): void {
    if (this.#top < 0 || y < this.#top) this.#top = y;
    this.#bottom = Math.max(this.#bottom, y);
    this.#left = Math.min(this.#left, firstX);
    this.#right = Math.max(this.#right, lastX);
  }

  toBox(): PixelBox | null {
    if (this.#right < 0) return null;
    return {
      x: this.#left,
      y: this.#top,
      width: this.#right - this.#left + 1,
      height: this.#bottom - this.#top + 1,
    };
  }
}
