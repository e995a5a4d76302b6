import { linearTaps } from './bilinear.ts';
import type { LinearTaps } from './bilinear.ts';
import type { Size } from './image/placement.ts';
import type { Placement } from '../shapes.ts';
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
  /** Tight box of the pixels that are set, null when there are none. */
  readonly box: PixelBox | null;
  /** u8 [box height, box width] row-major, 1 = target; nothing outside the box is held. */
  readonly pixels: Uint8Array;
}

/**
 * The mask at the image's own size: low-resolution logits -> the network's square -> crop to the image -> the image's size, both steps bilinear
 * without antialias, then `logit > threshold`. Only the part that can be set is computed and held.
 *
 * Source: PixelLM's postprocess_masks; native-models/pixellm/REFERENCE.md section 8
 */
export function upscaleMask(mask: MaskLogits, placement: Placement, image: Size, threshold = 0): ImageMask {
  return drawMask(mask, placement, image, { threshold, visit: () => undefined });
}

/**
 * upscaleMask() at threshold 0 and in the same pass its score: the mean sigmoid over the pixels that are set, 0 when none is.
 * Source: evaluate()'s mask_scores
 */
export function upscaleAndScore(
  mask: MaskLogits,
  placement: Placement,
  image: Size,
): ImageMask & { readonly score: number } {
  let sum = 0;
  let count = 0;
  const drawn = drawMask(mask, placement, image, {
    threshold: 0,
    visit: (_, __, row) => {
      for (let index = 0; index < row.length; index++) {
        const logit = row[index] ?? 0;
        if (logit <= 0) continue;
        sum += sigmoidOfPositive(logit);
        count++;
      }
    },
  });
  return { ...drawn, score: sum / (count + 1e-6) };
}

type RowVisitor = (y: number, firstX: number, row: Float32Array) => void;

function drawMask(
  mask: MaskLogits,
  placement: Placement,
  image: Size,
  { threshold, visit }: { threshold: number; visit: RowVisitor },
): ImageMask {
  const { width, height } = image;
  const region = reachableRegion(mask, placement, image, threshold);
  if (region === null) return { width, height, box: null, pixels: new Uint8Array(0) };
  const { columns, rows } = region;
  const stride = columns.last - columns.first + 1;
  const pixels = new Uint8Array(stride * (rows.last - rows.first + 1));
  const bounds = new GrowingBox();
  visitRows(mask, placement, region, (y, firstX, row) => {
    const start = (y - rows.first) * stride;
    let first = -1;
    let last = -1;
    for (let index = 0; index < row.length; index++) {
      if ((row[index] ?? 0) <= threshold) continue;
      pixels[start + index] = 1;
      if (first < 0) first = index;
      last = index;
    }
    if (first >= 0) bounds.add(y, firstX + first, firstX + last);
    visit(y, firstX, row);
  });
  const box = bounds.toBox();
  if (box === null) return { width, height, box, pixels: new Uint8Array(0) };
  const within = { ...box, x: box.x - columns.first, y: box.y - rows.first };
  return { width, height, box, pixels: cut(pixels, stride, within) };
}

/** The box's part of rows of `stride` pixels. */
function cut(pixels: Uint8Array, stride: number, { x, y, width, height }: PixelBox): Uint8Array {
  if (width === stride) return pixels.subarray(y * stride, (y + height) * stride);
  const inside = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * stride + x;
    inside.set(pixels.subarray(start, start + width), row * width);
  }
  return inside;
}

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
  const region = reachableRegion(mask, placement, image, threshold);
  if (region !== null) visitRows(mask, placement, region, visit);
}

/** The part of the image whose logits can lie above a threshold, and how to get there. */
interface Region {
  readonly columns: Range;
  readonly rows: Range;
  /** From the low-resolution logits to the network's square, the same across and down. */
  readonly toSquare: LinearTaps;
  readonly across: LinearTaps;
  readonly down: LinearTaps;
}

function reachableRegion(
  mask: MaskLogits,
  placement: Placement,
  image: Size,
  threshold: number,
): Region | null {
  const toSquare = linearTaps(mask.side, placement.side);
  const across = linearTaps(placement.resizedWidth, image.width);
  const down = linearTaps(placement.resizedHeight, image.height);
  const cells = cellsAbove(mask, threshold);
  if (cells === null) return null;
  const squareX = reach(toSquare, cells.columns, placement.resizedWidth);
  const squareY = reach(toSquare, cells.rows, placement.resizedHeight);
  if (squareX === null || squareY === null) return null;
  const columns = reach(across, squareX, image.width);
  const rows = reach(down, squareY, image.height);
  return columns === null || rows === null ? null : { columns, rows, toSquare, across, down };
}

function visitRows(
  mask: MaskLogits,
  placement: Placement,
  { columns, rows, toSquare, across, down }: Region,
  visit: RowVisitor,
): void {
  // The square's columns that the wanted ones are mixed from.
  const wanted = { first: across.lower[columns.first] ?? 0, last: across.upper[columns.last] ?? 0 };
  const square = squareRows(mask, toSquare, placement.resizedWidth, wanted);
  const blended = new Float32Array(placement.resizedWidth);
  const row = new Float32Array(columns.last - columns.first + 1);
  for (let y = rows.first; y <= rows.last; y++) {
    const [top, bottom] = [square(down.lower[y] ?? 0), square(down.upper[y] ?? 0)];
    blendRows(top, bottom, down.share[y] ?? 0, { into: blended, columns: wanted });
    for (let index = 0, x = columns.first; index < row.length; index++, x++) {
      const left = blended[across.lower[x] ?? 0] ?? 0;
      const right = blended[across.upper[x] ?? 0] ?? 0;
      const share = across.share[x] ?? 0;
      row[index] = left * (1 - share) + right * share;
    }
    visit(y, columns.first, row);
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

/** Gives the wanted columns of row y of the logits at the square's size; each row is computed once, two are kept. */
function squareRows(
  mask: MaskLogits,
  taps: LinearTaps,
  width: number,
  columns: Range,
): (y: number) => Float32Array {
  const newRow = (y: number): { y: number; values: Float32Array } => ({ y, values: new Float32Array(width) });
  const rows = [newRow(-1), newRow(-1)];
  return (y) => {
    const known = rows.find((row) => row.y === y);
    if (known) return known.values;
    // The caller walks downwards, so the smaller index is done with.
    const oldest = (rows[0]?.y ?? 0) <= (rows[1]?.y ?? 0) ? rows[0] : rows[1];
    const target = oldest ?? newRow(y);
    target.y = y;
    fillSquareRow(mask, taps, y, { into: target.values, columns });
    return target.values;
  };
}

function fillSquareRow(
  mask: MaskLogits,
  taps: LinearTaps,
  y: number,
  { into, columns }: { into: Float32Array; columns: Range },
): void {
  const upper = (taps.lower[y] ?? 0) * mask.side;
  const lower = (taps.upper[y] ?? 0) * mask.side;
  const shareY = taps.share[y] ?? 0;
  for (let x = columns.first; x <= columns.last; x++) {
    const left = taps.lower[x] ?? 0;
    const right = taps.upper[x] ?? 0;
    const shareX = taps.share[x] ?? 0;
    const top = (mask.logits[upper + left] ?? 0) * (1 - shareX) + (mask.logits[upper + right] ?? 0) * shareX;
    const bottom =
      (mask.logits[lower + left] ?? 0) * (1 - shareX) + (mask.logits[lower + right] ?? 0) * shareX;
    into[x] = top * (1 - shareY) + bottom * shareY;
  }
}

function blendRows(
  top: Float32Array,
  bottom: Float32Array,
  share: number,
  { into, columns }: { into: Float32Array; columns: Range },
): void {
  for (let x = columns.first; x <= columns.last; x++)
    into[x] = (top[x] ?? 0) * (1 - share) + (bottom[x] ?? 0) * share;
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
