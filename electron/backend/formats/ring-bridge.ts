import type { Contour, Ring } from '../../common/contour.ts';

/**
 * Holes joined to their outer line, so that one ring carries both: from the outer line straight to the hole, around it
 * and back the same way. Way and way back cancel each other in every even-odd reader, pycocotools among them, so
 * the hole stays open to the pixel.
 *
 * Each hole is joined at its leftmost point to what lies left of it on the same height: the outer line, or a hole that
 * begins farther left and is joined already. The bridge then runs inside the mask.
 * O(holes x points).
 */
export function bridgeHoles({ outer, holes }: Contour): Ring {
  const ordered = holes
    .map((hole) => ({ hole, start: leftmostPoint(hole) }))
    .sort((a, b) => (a.hole[2 * a.start] as number) - (b.hole[2 * b.start] as number));
  let ring = outer;
  for (const { hole, start } of ordered) ring = joined(ring, rotated(hole, start));
  return ring;
}

/** Joining looks at every point for each hole; beyond this many it would take minutes. */
const mostPointsLookedAt = 100_000_000;

/** Whether joining the holes of all these takes no longer than a person would wait. */
export function areBridgeable(contours: readonly Contour[]): boolean {
  return contours.reduce((sum, contour) => sum + pointsLookedAt(contour), 0) <= mostPointsLookedAt;
}

function pointsLookedAt({ outer, holes }: Contour): number {
  return holes.length * holes.reduce((sum, hole) => sum + hole.length / 2, outer.length / 2);
}

function leftmostPoint(ring: Ring): number {
  let best = 0;
  for (let point = 1; point < ring.length / 2; point++) {
    if ((ring[2 * point] as number) < (ring[2 * best] as number)) best = point;
  }
  return best;
}

function rotated(ring: Ring, start: number): number[] {
  return [...ring.slice(2 * start), ...ring.slice(0, 2 * start)];
}

function joined(ring: Ring, hole: readonly number[]): number[] {
  const [x, y] = [hole[0] as number, hole[1] as number];
  const gate = gateTo(ring, x, y);
  const before = ring.slice(0, gate.at);
  const after = ring.slice(gate.at);
  return [...before, gate.x, gate.y, ...hole, x, y, gate.x, gate.y, ...after];
}

/** The nearest place of the ring to the left of a point, and where in the list it goes. */
function gateTo(ring: Ring, x: number, y: number): { x: number; y: number; at: number } {
  let best = { x: ring[0] as number, y: ring[1] as number, at: 2 };
  let nearest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < ring.length; index += 2) {
    const next = (index + 2) % ring.length;
    const [x0, y0] = [ring[index] as number, ring[index + 1] as number];
    const [x1, y1] = [ring[next] as number, ring[next + 1] as number];
    if (y0 === y1 || Math.min(y0, y1) > y || Math.max(y0, y1) < y) continue;
    const crossing = x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
    if (crossing > x || crossing <= nearest) continue;
    nearest = crossing;
    // A slanted line is met between whole numbers; its own end then serves, so that no point is rounded.
    best = Number.isInteger(crossing) ? { x: crossing, y, at: index + 2 } : { x: x0, y: y0, at: index + 2 };
  }
  return best;
}
