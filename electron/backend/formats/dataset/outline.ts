import { fillCocoPolygons } from '../../../common/coco-polygon.ts';
import type { Ring } from '../../../common/contour.ts';
import { AppError } from '../../../common/errors.ts';
import { type Box, type Size, intersectBoxes } from '../../../common/geometry.ts';
import { encodeCrop } from '../../../common/mask-region.ts';
import type { Runs } from '../../../common/runs.ts';
import type { LossList } from '../format.ts';
import { cutAtBorder, reachesOut } from '../segmentation.ts';

/** Where a shape stands in its file, and where to say what becomes of it. */
export interface ShapeTold {
  readonly where: string;
  readonly losses: LossList;
}

/** The pixels inside an outline, cut at the image's border. @throws AppError 'bad-polygon' */
export function filledOutline(ring: Ring, size: Size, { where, losses }: ShapeTold): Runs {
  const mask = fillCocoPolygons([ring], size);
  if (reachesOut(ring, size)) losses.add(cutAtBorder, where);
  return mask;
}

/**
 * A mask that was drawn in a box of the image, cut at its border.
 *
 * @param box may lie outside in part
 * @param data u8 [box height, box width]
 * @throws AppError 'mask-size-mismatch' where nothing of the box is in the image
 */
export function maskInBox(
  { box, data }: { readonly box: readonly [number, number, number, number]; readonly data: Uint8Array },
  size: Size,
  { where, losses }: ShapeTold,
): Runs {
  const [left, top, width] = box;
  const inside: Box = intersectBoxes(box, [0, 0, size.width, size.height]);
  const [x, y, across, down] = inside;
  if (across === 0 || down === 0)
    throw new AppError('mask-size-mismatch', 'The mask lies outside of the image.');
  if (across === width && down === box[3]) return encodeCrop({ box: inside, data }, size);
  losses.add("Masks cut at the image's border: they reach outside", where);
  const kept = new Uint8Array(across * down);
  for (let row = 0; row < down; row++) {
    const from = (y - top + row) * width + (x - left);
    kept.set(data.subarray(from, from + across), row * across);
  }
  return encodeCrop({ box: inside, data: kept }, size);
}

/** An outline turned about a point, clockwise as one sees it. */
export function turned(
  ring: Ring,
  { degrees, about: [x, y] }: { readonly degrees: number; readonly about: readonly [number, number] },
): Ring {
  if (degrees % 360 === 0) return ring;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return ring.map((value, at) =>
    at % 2 === 0
      ? x + (value - x) * cos - ((ring[at + 1] as number) - y) * sin
      : y + ((ring[at - 1] as number) - x) * sin + (value - y) * cos,
  );
}

export function boxOutline([left, top, right, bottom]: readonly [number, number, number, number]): Ring {
  return [left, top, right, top, right, bottom, left, bottom];
}

/** Round enough for any picture. */
const corners = 180;

/** @param radii to the side and downwards */
export function ellipseOutline(
  [x, y]: readonly [number, number],
  [across, down]: readonly [number, number],
): Ring {
  return Array.from({ length: corners }, (_, at) => (at * 2 * Math.PI) / corners).flatMap((angle) => [
    x + across * Math.cos(angle),
    y + down * Math.sin(angle),
  ]);
}
