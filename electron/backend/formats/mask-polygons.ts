import { contoursOf, type Ring } from '../../common/contour.ts';
import { isEmptyMask, type Runs } from '../../common/runs.ts';
import { fillCocoPolygons } from '../../common/coco-polygon.ts';
import { simplifyMask } from '../../common/simplify-ring.ts';
import { bridgeHoles, bridgingCost } from './ring-bridge.ts';

export type PartPolicy = 'join' | 'split';
export type HoleLoss = 'bridge' | 'fill';

/** Joining holes looks at every point for each hole; beyond this it would take minutes. */
const largestBridgingCost = 100_000_000;

/**
 * A mask as polygons for formats that know nothing else: holes joined to their outline, or filled; parts joined by a line of no width (way
 * and way back cancel), or each a polygon of its own.
 *
 * @returns the polygons and the pixels a reader gets from each. None where simplifying leaves no pixel
 */
export function polygonsOf(
  mask: Runs,
  how: { readonly parts: PartPolicy; readonly holes: HoleLoss; readonly tolerance: number },
): { readonly ring: Ring; readonly mask: Runs }[] {
  const contours = how.tolerance > 0 ? simplifyMask(mask, how.tolerance).contours : contoursOf(mask);
  const rings = contours.map((contour) =>
    how.holes === 'bridge' && bridgingCost(contour) <= largestBridgingCost
      ? bridgeHoles(contour)
      : contour.outer,
  );
  const joined = how.parts === 'join' && rings.length > 1 ? [joinRings(rings)] : rings;
  return joined
    .map((ring) => ({ ring, mask: fillCocoPolygons([ring], mask) }))
    .filter((each) => !isEmptyMask(each.mask));
}

/** From the first point of the first ring to each of the others and back. */
function joinRings(rings: readonly Ring[]): Ring {
  const [first, ...others] = rings as readonly [Ring, ...Ring[]]; // more than one, says the caller
  const gate = first.slice(0, 2);
  const joined = [...first];
  for (const ring of others) joined.push(...gate, ...ring, ...ring.slice(0, 2));
  joined.push(...gate);
  return joined;
}
