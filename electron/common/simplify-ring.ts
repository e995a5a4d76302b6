import simplify from 'simplify-js';
import { contoursOf, signedArea, type Contour, type Ring } from './contour.ts';
import { areaOf, type Runs } from './runs.ts';
import { iouOf, sharedAreaOf } from './mask-algebra.ts';
import { fillContours } from './polygon-fill.ts';

/** A mask as fewer points, and what that costs: nothing is lost without being said. */
export interface SimplifiedMask {
  readonly contours: readonly Contour[];
  /** The pixels the simplified lines fill. */
  readonly mask: Runs;
  readonly pointsBefore: number;
  readonly pointsAfter: number;
  /** Pixels of the mask the lines no longer cover, and pixels they newly cover. */
  readonly lostPixels: number;
  readonly gainedPixels: number;
  readonly iou: number;
}

/**
 * The mask's outlines with points left out as long as the line stays within `tolerance` pixels of them.
 * Tolerance 0 leaves the pixels as they are. A ring that shrinks to a line is dropped, which the loss shows.
 */
export function simplifyMask(runs: Runs, tolerance: number): SimplifiedMask {
  const exact = contoursOf(runs);
  const contours = exact.flatMap(({ outer, holes }) => {
    const simpler = simplifyRing(outer, tolerance);
    if (!simpler) return [];
    return [
      {
        outer: simpler,
        holes: holes.map((hole) => simplifyRing(hole, tolerance)).filter((hole) => hole !== null),
      },
    ];
  });
  return withLoss(runs, exact, contours);
}

function withLoss(runs: Runs, exact: readonly Contour[], contours: readonly Contour[]): SimplifiedMask {
  const mask = fillContours(contours, runs);
  const shared = sharedAreaOf(runs, mask);
  return {
    contours,
    mask,
    pointsBefore: pointCount(exact),
    pointsAfter: pointCount(contours),
    lostPixels: areaOf(runs) - shared,
    gainedPixels: areaOf(mask) - shared,
    iou: areaOf(runs) === 0 && areaOf(mask) === 0 ? 1 : iouOf(runs, mask),
  };
}

/** Null when nothing with an area is left. */
function simplifyRing(ring: Ring, tolerance: number): Ring | null {
  if (tolerance <= 0) return ring;
  const points = Array.from({ length: ring.length / 2 }, (_, index) => ({
    x: ring[2 * index] as number,
    y: ring[2 * index + 1] as number,
  }));
  const first = points[0];
  if (!first) return null;
  // The library works on open lines, so the ring is cut where it is and at the point farthest from there.
  let far = 0;
  let distance = -1;
  points.forEach(({ x, y }, index) => {
    const square = (x - first.x) ** 2 + (y - first.y) ** 2;
    if (square > distance) [far, distance] = [index, square];
  });
  const there = simplify(points.slice(0, far + 1), tolerance, true);
  const back = simplify([...points.slice(far), first], tolerance, true);
  const simpler = [...there, ...back.slice(1, -1)].flatMap(({ x, y }) => [x, y]);
  return simpler.length >= 6 && signedArea(simpler) !== 0 ? simpler : null;
}

function pointCount(contours: readonly Contour[]): number {
  return contours.reduce(
    (sum, { outer, holes }) => holes.reduce((inner, hole) => inner + hole.length / 2, sum + outer.length / 2),
    0,
  );
}
