import type { Size } from './geometry.ts';
import type { Ring } from './contour.ts';
import { AppError } from './errors.ts';
import { unionOfAll } from './mask-algebra.ts';
import { checkRing } from './polygon-fill.ts';
import { checkSize, emptyRuns, startRuns, type Runs } from './runs.ts';

/**
 * Fills polygons exactly as pycocotools does, so that a file means the same pixels here as to its trainer:
 * coordinates go onto a grid five times finer, the outline is walked there point by point, and where it moves
 * across the middle of a pixel column the value below changes. Parts are united; a part cannot cut a hole.
 * Source: cocoapi common/maskApi.c rleFrPoly (behaviour; golden vectors of electron/backend/formats/FORMATS.md section 2), rleMerge.
 */
const finer = 5;

/** Further out than any image reaches; walking such an outline point by point would take for ever. */
const farthest = 1_000_000;
/** Points of the fine outline of one polygon: minutes of work in any reader, so certainly no real outline. */
const longestOutline = 2 ** 28;

/** @throws AppError 'bad-polygon' for under 3 points, numbers that are not finite, or an outline beyond all bounds */
export function fillCocoPolygons(polygons: readonly Ring[], size: Size): Runs {
  checkSize(size);
  return unionOfAll(
    polygons.map((polygon) => fillCocoPolygon(polygon, size)),
    size,
  );
}

function fillCocoPolygon(polygon: Ring, size: Size): Runs {
  checkRing(polygon);
  checkReach(polygon);
  if (size.width === 0 || size.height === 0) return emptyRuns(size);
  const changes = changesOf(polygon, size);
  const positions = Float64Array.from(changes).sort();
  const writer = startRuns(size, positions.length);
  positions.forEach((position, index) => writer.runTo(position, index & 1));
  // An odd number of changes leaves the rest of the image set, as it does in the original.
  if (positions.length & 1) writer.runTo(size.width * size.height, 1);
  return writer.finish();
}

function checkReach(polygon: Ring): void {
  let outline = 0;
  polygon.forEach((value, index) => {
    if (Math.abs(value) > farthest) {
      throw new AppError('bad-polygon', `The polygon reaches out to ${value}, far outside any image.`, {
        value,
      });
    }
    const next = polygon[(index + 2) % polygon.length] as number;
    outline += Math.abs(next - value) * finer;
  });
  if (outline <= longestOutline) return;
  throw new AppError(
    'bad-polygon',
    `The polygon's outline is ${Math.round(outline / finer)} pixels long: no real object.`,
    {
      outline: Math.round(outline / finer),
    },
  );
}

/** Positions (column-major) from which on the mask changes its value, in the order of the walk. */
function changesOf(polygon: Ring, size: Size): number[] {
  const changes: number[] = [];
  let before: { u: number; v: number } | null = null;
  const points = polygon.length / 2;
  const fine = (index: number): number => Math.trunc(finer * (polygon[index] as number) + 0.5);
  for (let point = 0; point < points; point++) {
    const next = (point + 1) % points;
    walkLine(fine(2 * point), fine(2 * point + 1), fine(2 * next), fine(2 * next + 1), (u, v) => {
      if (before && before.u !== u) {
        const position = changeAt(Math.min(u, before.u), Math.min(v, before.v), size);
        if (position !== null) changes.push(position);
      }
      before = { u, v };
    });
  }
  return changes;
}

/** The change for a step from fine column `u` to the next one at fine row `v`; null between pixel centres. */
function changeAt(u: number, v: number, size: Size): number | null {
  const column = (u + 0.5) / finer - 0.5;
  if (!Number.isInteger(column) || column < 0 || column > size.width - 1) return null;
  const row = Math.min(Math.max((v + 0.5) / finer - 0.5, 0), size.height);
  return column * size.height + Math.ceil(row);
}

/**
 * Every point of a line on the fine grid, from its start to its end, both included. The rounding always runs in
 * the direction of the growing coordinate, whichever way the line goes: both directions give the same points.
 */
function walkLine(
  xs: number,
  ys: number,
  xe: number,
  ye: number,
  visit: (u: number, v: number) => void,
): void {
  const width = Math.abs(xe - xs);
  const height = Math.abs(ye - ys);
  const isWide = width >= height;
  const steps = isWide ? width : height;
  const isBackward = isWide ? xs > xe : ys > ye;
  const [fromX, fromY] = isBackward ? [xe, ye] : [xs, ys];
  const [toX, toY] = isBackward ? [xs, ys] : [xe, ye];
  const slope = steps === 0 ? 0 : (isWide ? toY - fromY : toX - fromX) / steps;
  for (let step = 0; step <= steps; step++) {
    const along = isBackward ? steps - step : step;
    if (isWide) visit(along + fromX, Math.trunc(fromY + slope * along + 0.5));
    else visit(Math.trunc(fromX + slope * along + 0.5), along + fromY);
  }
}
