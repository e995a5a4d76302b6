import type { BitmapCrop } from './bitmap.ts';
import { type Box, type ImagePoint, intersectBoxes } from './geometry.ts';

/**
 * Brush marks as whole pixels: no blending, and the same pointer path paints the same pixels at every zoom.
 * A brush of odd diameter is centred on a pixel, one of even diameter on a pixel corner. Inside this file
 * lengths are half pixels ("doubled"), so that centres of pixels, corners and brushes are all whole numbers.
 *
 * Round: pixels whose centre is at most half a diameter away from the path of the brush's centre.
 * Square: pixels whose centre lies inside the square swept along that path.
 * One pixel: the thin line of Bresenham, one pixel per step of the longer direction.
 */
export interface Brush {
  readonly shape: 'round' | 'square';
  /** Whole image pixels, at least 1. */
  readonly diameter: number;
}

/** Called with each row's stretch of pixels: `from` to `past`, the last one excluded. */
export type RowVisitor = (row: number, from: number, past: number) => void;

interface Segment {
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
  /** The brush's diameter in pixels, which is its radius in half pixels. */
  readonly reach: number;
}

/**
 * Sets (1) or clears (0) the crop's pixels under the brush moved straight from `from` to `to`.
 * A single dab has both points equal. What lies outside the crop is left out.
 *
 * @returns the box that was painted, cut to the crop; width and height 0 when the stroke misses it
 */
export function paintSegment(
  crop: BitmapCrop,
  brush: Brush,
  stroke: { readonly from: ImagePoint; readonly to: ImagePoint },
  value: 0 | 1,
): Box {
  visitRows(brush, stroke, (row, from, past) => fillRow(crop, { row, from, past }, value));
  return intersectBoxes(segmentBox(brush, stroke), crop.box);
}

/** Sets (1) or clears (0) a stretch of a row; what lies outside the crop is left out. */
export function fillRow(
  crop: BitmapCrop,
  { row, from, past }: { readonly row: number; readonly from: number; readonly past: number },
  value: 0 | 1,
): void {
  const [left, top, width, height] = crop.box;
  if (row < top || row >= top + height) return;
  const start = Math.max(from, left);
  const end = Math.min(past, left + width);
  const rowStart = (row - top) * width - left;
  if (start < end) crop.data.fill(value, rowStart + start, rowStart + end);
}

/** The box that holds every pixel of the moved brush; it may reach outside the image. */
export function segmentBox(
  brush: Brush,
  stroke: { readonly from: ImagePoint; readonly to: ImagePoint },
): Box {
  const { ax, ay, bx, by, reach } = segmentOf(brush, stroke);
  const left = (Math.min(ax, bx) - reach) >> 1;
  const top = (Math.min(ay, by) - reach) >> 1;
  const right = (Math.max(ax, bx) + reach + 1) >> 1;
  const bottom = (Math.max(ay, by) + reach + 1) >> 1;
  return [left, top, right - left, bottom - top];
}

/** Calls `visit` for each row of pixels under the brush moved straight from `from` to `to`, over the image's border too. */
export function visitRows(
  brush: Brush,
  stroke: { readonly from: ImagePoint; readonly to: ImagePoint },
  visit: RowVisitor,
): void {
  const segment = segmentOf(brush, stroke);
  if (segment.reach === 1) visitThinLine(segment, visit);
  else if (brush.shape === 'round') visitRound(segment, visit);
  else visitSquare(segment, visit);
}

function segmentOf(brush: Brush, stroke: { readonly from: ImagePoint; readonly to: ImagePoint }): Segment {
  const reach = Math.max(1, Math.round(brush.diameter));
  const isOdd = reach % 2 === 1;
  const centre = (value: number): number => (isOdd ? 2 * Math.floor(value) + 1 : 2 * Math.round(value));
  return {
    ax: centre(stroke.from.x),
    ay: centre(stroke.from.y),
    bx: centre(stroke.to.x),
    by: centre(stroke.to.y),
    reach,
  };
}

function visitThinLine({ ax, ay, bx, by }: Segment, visit: RowVisitor): void {
  let x = (ax - 1) / 2;
  let y = (ay - 1) / 2;
  const endX = (bx - 1) / 2;
  const endY = (by - 1) / 2;
  const width = Math.abs(endX - x);
  const height = Math.abs(endY - y);
  const stepX = Math.sign(endX - x);
  const stepY = Math.sign(endY - y);
  let balance = width - height;
  for (;;) {
    visit(y, x, x + 1);
    if (x === endX && y === endY) return;
    const doubled = 2 * balance;
    if (doubled > -height) {
      balance -= height;
      x += stepX;
    }
    if (doubled < width) {
      balance += width;
      y += stepY;
    }
  }
}

function visitRound(segment: Segment, visit: RowVisitor): void {
  const { ay, by, reach } = segment;
  const firstRow = (Math.min(ay, by) - reach) >> 1;
  const lastRow = (Math.max(ay, by) + reach) >> 1;
  for (let row = firstRow; row <= lastRow; row++) {
    const y = 2 * row + 1;
    const extent = roundExtent(segment, y);
    if (!extent) continue;
    // The extent is rounded arithmetic; the exact test decides about the pixels at its two ends.
    let from = Math.ceil((extent[0] - 1) / 2) - 1;
    let last = Math.floor((extent[1] - 1) / 2) + 1;
    while (from <= last && !isUnderRound(segment, 2 * from + 1, y)) from++;
    while (last >= from && !isUnderRound(segment, 2 * last + 1, y)) last--;
    if (from <= last) visit(row, from, last + 1);
  }
}

/** Leftmost and rightmost x of the swept disk on a row: two end disks and the band between them. */
function roundExtent({ ax, ay, bx, by, reach }: Segment, y: number): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const add = (x: number): void => {
    low = Math.min(low, x);
    high = Math.max(high, x);
  };
  for (const [x, centreY] of [
    [ax, ay],
    [bx, by],
  ] as const) {
    const rest = reach * reach - (y - centreY) ** 2;
    if (rest < 0) continue;
    add(x - Math.sqrt(rest));
    add(x + Math.sqrt(rest));
  }
  const length = Math.hypot(bx - ax, by - ay);
  if (length > 0 && ay !== by) {
    const offsetX = (-(by - ay) / length) * reach;
    const offsetY = ((bx - ax) / length) * reach;
    for (const side of [-1, 1]) {
      const along = (y - ay - side * offsetY) / (by - ay);
      if (along >= 0 && along <= 1) add(ax + side * offsetX + along * (bx - ax));
    }
  }
  return low <= high ? [low, high] : null;
}

function isUnderRound({ ax, ay, bx, by, reach }: Segment, x: number, y: number): boolean {
  const lengthX = bx - ax;
  const lengthY = by - ay;
  const along = (x - ax) * lengthX + (y - ay) * lengthY;
  const square = lengthX ** 2 + lengthY ** 2;
  if (along <= 0) return (x - ax) ** 2 + (y - ay) ** 2 <= reach ** 2;
  if (along >= square) return (x - bx) ** 2 + (y - by) ** 2 <= reach ** 2;
  return ((x - ax) * lengthY - (y - ay) * lengthX) ** 2 <= reach ** 2 * square;
}

function visitSquare({ ax, ay, bx, by, reach }: Segment, visit: RowVisitor): void {
  const firstRow = (Math.min(ay, by) - reach) >> 1;
  const lastRow = (Math.max(ay, by) + reach) >> 1;
  const low = Math.min(ax, bx);
  const high = Math.max(ax, bx);
  for (let row = firstRow; row <= lastRow; row++) {
    const y = 2 * row + 1;
    if (y <= Math.min(ay, by) - reach || y >= Math.max(ay, by) + reach) continue;
    // Where along the path the square covers this row, as x of its centre. Multiplied before it is divided:
    // a quotient that is a whole number then comes out exactly, and the strict comparison below is exact.
    let [nearest, farthest] = [low, high];
    if (ay !== by) {
      const first = ax + ((y - reach - ay) * (bx - ax)) / (by - ay);
      const second = ax + ((y + reach - ay) * (bx - ax)) / (by - ay);
      nearest = Math.max(low, Math.min(first, second));
      farthest = Math.min(high, Math.max(first, second));
    }
    // Pixels with nearest - reach < 2 * x + 1 < farthest + reach.
    const from = Math.floor((nearest - reach - 1) / 2) + 1;
    const past = Math.ceil((farthest + reach - 1) / 2);
    if (from < past) visit(row, from, past);
  }
}
