import { fillCocoPolygons } from '../../common/coco-polygon.ts';
import { contoursOf, type Ring } from '../../common/contour.ts';
import type { Size } from '../../common/geometry.ts';
import { AppError, type ErrorCode } from '../../common/errors.ts';
import { unionOf, unionOfAll } from '../../common/mask-algebra.ts';
import { rleOf, runsOf } from '../../common/rle.ts';
import { areaOf, isEmptyMask, runsFromCounts, type Runs } from '../../common/runs.ts';
import { simplifyMask } from '../../common/simplify-ring.ts';
import { isObject } from './is-object.ts';
import { areBridgeable, bridgeHoles } from './ring-bridge.ts';

/** The three ways a COCO file writes a mask. */
export type Segmentation =
  | Ring[]
  | { readonly size: readonly [number, number]; readonly counts: readonly number[] }
  | { readonly size: readonly [number, number]; readonly counts: string };

export type SegmentationKind = 'polygon' | 'rle' | 'compressed-rle';
export type HolePolicy = 'bridge' | 'rle' | 'fill';

export interface EncodedSegmentation {
  readonly segmentation: Segmentation;
  /** The pixels a reader gets from it. */
  readonly mask: Runs;
  /** True when the kind asked for could not hold this mask, and an RLE was written instead. */
  readonly isRleInstead: boolean;
}

export function encodeSegmentation(
  mask: Runs,
  how: { readonly kind: SegmentationKind; readonly holes: HolePolicy; readonly tolerance: number },
): EncodedSegmentation {
  if (how.kind === 'compressed-rle') return { segmentation: rleOf(mask), mask, isRleInstead: false };
  if (how.kind === 'rle') return { segmentation: plainRle(mask), mask, isRleInstead: false };
  const contours = how.tolerance > 0 ? simplifyMask(mask, how.tolerance).contours : contoursOf(mask);
  const hasHoles = contours.some(({ holes }) => holes.length > 0);
  const isTooRich = how.holes === 'bridge' && !areBridgeable(contours);
  if ((hasHoles && how.holes === 'rle') || isTooRich || contours.length === 0) {
    return { segmentation: plainRle(mask), mask, isRleInstead: true };
  }
  const polygons = contours.map((contour) => (how.holes === 'bridge' ? bridgeHoles(contour) : contour.outer));
  const filled = fillCocoPolygons(polygons, mask);
  // So thin that its simplified lines hold no pixel: better whole than gone.
  if (isEmptyMask(filled)) return { segmentation: plainRle(mask), mask, isRleInstead: true };
  return { segmentation: polygons, mask: filled, isRleInstead: false };
}

function plainRle(mask: Runs): Segmentation {
  return { size: [mask.height, mask.width], counts: [...mask.counts] };
}

export interface DecodedSegmentation {
  readonly mask: Runs;
  /** What was wrong with single parts that were left out, in words. */
  readonly damagedParts: readonly string[];
  /** True when a polygon reaches over the image's border; the mask is cut there. */
  readonly isCut: boolean;
}

/**
 * The mask of a segmentation as found in a file, filled as pycocotools fills it.
 *
 * @throws AppError 'bad-file' when it is none of the three kinds or empty, 'bad-rle', 'bad-polygon' when no part is left,
 *   'mask-size-mismatch'
 */
export function decodeSegmentation(segmentation: unknown, size: Size): DecodedSegmentation {
  if (Array.isArray(segmentation)) return decodeParts(segmentation, size);
  if (isObject(segmentation)) return { mask: decodeRuns(segmentation, size), damagedParts: [], isCut: false };
  throw new AppError(
    'bad-file',
    segmentation === undefined || segmentation === null
      ? 'There is no segmentation.'
      : `The segmentation is ${describe(segmentation)}, neither polygons nor a run-length mask.`,
  );
}

function decodeParts(parts: readonly unknown[], size: Size): DecodedSegmentation {
  if (parts.length === 0) throw new AppError('bad-file', 'The segmentation is empty.');
  const list = polygonsIn(parts);
  const masks: Runs[] = [];
  const damagedParts: string[] = [];
  let firstProblem: AppError | null = null;
  let isCut = false;
  for (const part of list) {
    try {
      masks.push(isObject(part) ? decodeRuns(part, size) : decodePolygon(part, size));
      isCut ||= Array.isArray(part) && reachesOut(part, size);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      firstProblem ??= error;
      damagedParts.push(error.message);
    }
  }
  if (masks.length === 0)
    throw firstProblem ?? new AppError('bad-polygon', 'No part of the polygon can be read.');
  return { mask: masks.length === 1 ? (masks[0] as Runs) : unionOfAll(masks, size), damagedParts, isCut };
}

/** Some writers leave out the outer list of a single polygon, some write its points as pairs. */
function polygonsIn(parts: readonly unknown[]): readonly unknown[] {
  if (typeof parts[0] === 'number') return [parts];
  if (parts.length > 2 && parts.every(isPoint)) return [parts.flat()];
  return parts.map((part) =>
    Array.isArray(part) && part.length > 0 && part.every(isPoint) ? part.flat() : part,
  );
}

function isPoint(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((side) => typeof side === 'number');
}

function decodePolygon(part: unknown, size: Size): Runs {
  if (!Array.isArray(part))
    throw new AppError('bad-polygon', 'A part of the polygon is not a list of numbers.');
  const at = part.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
  if (at >= 0) throw new AppError('bad-polygon', `Number ${at} of the polygon is ${describe(part[at])}.`);
  if (part.length === 4) {
    throw new AppError(
      'bad-polygon',
      'A polygon of 4 numbers has only 2 points (some readers take it for a box).',
    );
  }
  if (part.length % 2 === 1) {
    throw new AppError(
      'bad-polygon',
      `The polygon has ${part.length} numbers, an odd count: one point lacks its second number.`,
    );
  }
  return fillCocoPolygons([part as Ring], size);
}

export const cutAtBorder = "Polygons cut at the image's border: they reach outside";

export function reachesOut(part: readonly unknown[], size: Size): boolean {
  return part.some((value, index) => {
    const limit = index % 2 === 0 ? size.width : size.height;
    return typeof value === 'number' && (value < 0 || value > limit);
  });
}

function decodeRuns(rle: Readonly<Record<string, unknown>>, size: Size): Runs {
  const [height, width] = readSize(rle['size']);
  if (height !== size.height || width !== size.width) {
    const isSwapped = height === size.width && width === size.height;
    throw new AppError(
      'mask-size-mismatch',
      `The mask is made for ${width} x ${height} pixels, the image has ${size.width} x ${size.height}${isSwapped ? ' (height comes first in a COCO size)' : ''}.`,
      { mask: [width, height], image: [size.width, size.height] },
    );
  }
  const counts = rle['counts'];
  if (typeof counts === 'string') return runsOf({ size: [height, width], counts });
  if (!Array.isArray(counts)) throw new AppError('bad-rle', 'The mask has no counts.');
  const at = counts.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
  if (at >= 0) throw new AppError('bad-rle', `Run ${at} of the mask is ${describe(counts[at])}.`);
  return runsFromCounts(counts as number[], size);
}

function readSize(size: unknown): [number, number] {
  if (Array.isArray(size) && size.length === 2 && size.every((side) => typeof side === 'number')) {
    return [size[0] as number, size[1] as number];
  }
  throw new AppError('bad-rle', 'The mask has no size of two numbers.');
}

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What a mask that cannot be read is reported as; the specific sentence goes into the example. */
export function lossForCode(code: ErrorCode): string {
  switch (code) {
    case 'bad-rle':
      return 'Targets left out: their run-length mask is damaged';
    case 'bad-polygon':
      return 'Targets left out: their polygon is damaged';
    case 'mask-size-mismatch':
      return "Targets left out: their mask is not of the image's size";
    default:
      return 'Targets left out: they have no mask';
  }
}

/** Pixels in exactly one of the two masks. */
export function changedPixels(a: Runs, b: Runs): number {
  const whole = areaOf(unionOf(a, b));
  return 2 * whole - areaOf(a) - areaOf(b);
}
