import type { FormatInfo } from '../../common/contract.ts';
import { contoursOf, type Ring } from '../../common/contour.ts';
import { isEmptyMask, type Runs } from '../../common/runs.ts';
import { fillCocoPolygons } from '../../common/coco-polygon.ts';
import { simplifyMask } from '../../common/simplify-ring.ts';
import { areBridgeable, bridgeHoles } from './ring-bridge.ts';

export type PartPolicy = 'join' | 'split';
export type HoleLoss = 'bridge' | 'fill';

type FormatOption = FormatInfo['options'][number];

const holeWords = {
  bridge: 'Joined to the outline by a line of no width (exact)',
  rle: 'Write such masks as RLE (exact)',
  fill: 'Fill them',
} as const;

/** What becomes of holes, for a format that writes polygons and offers these ways; the first is the initial one. */
export function holesOption(
  label: string,
  ways: readonly [keyof typeof holeWords, ...(keyof typeof holeWords)[]],
): FormatOption {
  const choices = ways.map((value) => ({ value, label: holeWords[value] }));
  return { name: 'holes', label, choices, initial: ways[0] };
}

/** How far outlines may be simplified, pixels: not at all unless one of `tolerances` is chosen. */
export function simplifyOption(tolerances: readonly number[]): FormatOption {
  const choices = tolerances.map((value) => ({ value: String(value), label: `By up to ${value} px` }));
  return {
    name: 'tolerance',
    label: 'Simplify polygons',
    choices: [{ value: '0', label: 'No: follow every pixel edge' }, ...choices],
    initial: '0',
  };
}

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
    how.holes === 'bridge' && areBridgeable([contour]) ? bridgeHoles(contour) : contour.outer,
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
  // Not push(...ring): a hundred thousand arguments end the stack.
  return [first, ...others.flatMap((ring) => [gate, ring, ring.slice(0, 2)]), gate].flat();
}
