import type { Contour, Ring } from '../../electron/common/contour.ts';
import { type ImagePoint, imagePoint } from '../../electron/common/geometry.ts';

/** Corners of outlines as values: every change gives new outlines and leaves the old ones as they are. */

/** One corner: of part `part`, of its outer line (ring 0) or a hole (1, 2, ...), the corner `index`. */
export interface CornerAt {
  readonly part: number;
  readonly ring: number;
  readonly index: number;
}

export interface Found {
  readonly at: CornerAt;
  /** Image pixels. */
  readonly distance: number;
}

export function ringsOf(contour: Contour): readonly Ring[] {
  return [contour.outer, ...contour.holes];
}

export function nearestCorner(contours: readonly Contour[], point: ImagePoint): Found | null {
  let best: Found | null = null;
  eachRing(contours, (ring, part, ringIndex) => {
    for (let index = 0; index < ring.length / 2; index++) {
      const distance = Math.hypot(
        (ring[2 * index] as number) - point.x,
        (ring[2 * index + 1] as number) - point.y,
      );
      if (best === null || distance < best.distance)
        best = { at: { part, ring: ringIndex, index }, distance };
    }
  });
  return best;
}

/** The side nearest to a point; `at` is the corner it begins with. */
export function nearestSide(contours: readonly Contour[], point: ImagePoint): Found | null {
  let best: Found | null = null;
  eachRing(contours, (ring, part, ringIndex) => {
    const corners = ring.length / 2;
    for (let index = 0; index < corners; index++) {
      const distance = distanceToSide(point, cornerOf(ring, index), cornerOf(ring, (index + 1) % corners));
      if (best === null || distance < best.distance)
        best = { at: { part, ring: ringIndex, index }, distance };
    }
  });
  return best;
}

export function movedCorner(contours: readonly Contour[], at: CornerAt, to: ImagePoint): readonly Contour[] {
  return withRing(contours, at, (ring) => ring.with(2 * at.index, to.x).with(2 * at.index + 1, to.y));
}

/** A new corner after `at`. */
export function insertedCorner(
  contours: readonly Contour[],
  at: CornerAt,
  point: ImagePoint,
): readonly Contour[] {
  return withRing(contours, at, (ring) => ring.toSpliced(2 * at.index + 2, 0, point.x, point.y));
}

/** Without the corner; a line of fewer than three corners goes, and with an outer line its part. */
export function removedCorner(contours: readonly Contour[], at: CornerAt): readonly Contour[] {
  const contour = contours[at.part];
  const ring = contour === undefined ? undefined : ringsOf(contour)[at.ring];
  if (contour === undefined || ring === undefined) return contours;
  if (ring.length > 6) return withRing(contours, at, (corners) => corners.toSpliced(2 * at.index, 2));
  if (at.ring === 0) return contours.toSpliced(at.part, 1);
  return contours.with(at.part, { outer: contour.outer, holes: contour.holes.toSpliced(at.ring - 1, 1) });
}

export function cornerPoints(ring: Ring): readonly ImagePoint[] {
  return Array.from({ length: ring.length / 2 }, (_, index) => cornerOf(ring, index));
}

/** Corners of all lines together. */
export function cornerCount(contours: readonly Contour[]): number {
  return contours.flatMap(ringsOf).reduce((sum, ring) => sum + ring.length / 2, 0);
}

function withRing(
  contours: readonly Contour[],
  at: CornerAt,
  change: (ring: number[]) => readonly number[],
): readonly Contour[] {
  const contour = contours[at.part];
  const ring = contour === undefined ? undefined : ringsOf(contour)[at.ring];
  if (contour === undefined || ring === undefined) return contours;
  const changed = change([...ring]);
  const next =
    at.ring === 0
      ? { outer: changed, holes: contour.holes }
      : { outer: contour.outer, holes: contour.holes.with(at.ring - 1, changed) };
  return contours.with(at.part, next);
}

function eachRing(
  contours: readonly Contour[],
  visit: (ring: Ring, part: number, index: number) => void,
): void {
  contours.forEach((contour, part) => {
    ringsOf(contour).forEach((ring, index) => visit(ring, part, index));
  });
}

function cornerOf(ring: Ring, index: number): ImagePoint {
  return imagePoint({ x: ring[2 * index] as number, y: ring[2 * index + 1] as number });
}

function distanceToSide(point: ImagePoint, a: ImagePoint, b: ImagePoint): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const square = dx * dx + dy * dy;
  const along =
    square === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - a.x) * dx + (point.y - a.y) * dy) / square));
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}
