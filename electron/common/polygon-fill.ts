import { emptyCrop, type BitmapCrop } from './bitmap.ts';
import { type Box, type Size, intersectBoxes } from './geometry.ts';
import type { Contour, Ring } from './contour.ts';
import { AppError } from './errors.ts';
import { encodeCrop } from './mask-region.ts';
import { emptyRuns, type Runs } from './runs.ts';

/**
 * Pixels whose centre lies inside the rings by the even-odd rule: a ring inside a ring is a hole. Exact for
 * rings on pixel corners. A centre that lies on a line belongs to the right and lower side of it.
 * This is the editor's rule; COCO files are filled as pycocotools fills them (coco-polygon.ts).
 *
 * @throws AppError 'bad-polygon' for a ring of under 3 points or a coordinate that is no finite number
 */
export function fillRings(rings: readonly Ring[], size: Size): Runs {
  const crop = fillRingsCrop(rings, [0, 0, size.width, size.height]);
  return crop.box[2] === 0 ? emptyRuns(size) : encodeCrop(crop, size);
}

export function fillContours(contours: readonly Contour[], size: Size): Runs {
  return fillRings(
    contours.flatMap(({ outer, holes }) => [outer, ...holes]),
    size,
  );
}

/** The filled pixels in the rings' own box, cut to `within`: O(box + rows the lines cross). */
function fillRingsCrop(rings: readonly Ring[], within: Box): BitmapCrop {
  rings.forEach(checkRing);
  const crop = emptyCrop(intersectBoxes(boxOfRings(rings), within));
  if (crop.box[2] === 0) return crop;
  for (const ring of rings) markCrossings(crop, ring);
  accumulateColumns(crop);
  return crop;
}

/** @throws AppError 'bad-polygon' */
export function checkRing(ring: Ring): void {
  if (ring.length < 6 || ring.length % 2 !== 0) {
    throw new AppError('bad-polygon', `A polygon needs at least 3 points; this one has ${ring.length / 2}.`, {
      numbers: ring.length,
    });
  }
  const bad = ring.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new AppError('bad-polygon', `Number ${bad} of the polygon is not a finite number.`, { at: bad });
}

function boxOfRings(rings: readonly Ring[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let index = 0; index < ring.length; index += 2) {
      left = Math.min(left, ring[index] as number);
      right = Math.max(right, ring[index] as number);
      top = Math.min(top, ring[index + 1] as number);
      bottom = Math.max(bottom, ring[index + 1] as number);
    }
  }
  if (left > right) return [0, 0, 0, 0];
  const x = Math.floor(left);
  const y = Math.floor(top);
  return [x, y, Math.ceil(right) - x, Math.ceil(bottom) - y];
}

/** Flips, on every row a line crosses at the height of its pixel centres, the first pixel right of the crossing. */
function markCrossings({ box, data }: BitmapCrop, ring: Ring): void {
  const [left, top, width, height] = box;
  for (let index = 0; index < ring.length; index += 2) {
    const next = (index + 2) % ring.length;
    let [x0, y0] = [ring[index] as number, ring[index + 1] as number];
    let [x1, y1] = [ring[next] as number, ring[next + 1] as number];
    if (y0 === y1) continue;
    // The same line must cross at the same place from both sides, so it is always walked downwards.
    if (y0 > y1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const firstRow = Math.max(top, Math.ceil(y0 - 0.5));
    const pastRow = Math.min(top + height, Math.ceil(y1 - 0.5));
    for (let row = firstRow; row < pastRow; row++) {
      const x = x0 + ((row + 0.5 - y0) * (x1 - x0)) / (y1 - y0);
      const column = Math.max(0, Math.ceil(x - 0.5) - left);
      if (column >= width) continue;
      const at = (row - top) * width + column;
      data[at] = (data[at] as number) ^ 1;
    }
  }
}

function accumulateColumns({ box, data }: BitmapCrop): void {
  const width = box[2];
  for (let start = 0; start < data.length; start += width) {
    let value = 0;
    for (let at = start; at < start + width; at++) {
      value ^= data[at] as number;
      data[at] = value;
    }
  }
}
