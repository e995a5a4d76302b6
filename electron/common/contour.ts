import { partFinder, type Connectivity } from './components.ts';
import { cropOf } from './mask-region.ts';
import type { BitmapCrop } from './bitmap.ts';
import { isEmptyMask, type Runs } from './runs.ts';

/**
 * A closed line through pixel corners (or any points) as flat x, y, x, y, ...; the last point joins the first.
 * Traced rings lie on pixel EDGES: pixel (0, 0) is 0 0 1 0 1 1 0 1, so that filling one gives the same pixels.
 */
export type Ring = readonly number[];

/** One connected part of a mask: its outer line clockwise on the screen, its holes the other way round. */
export interface Contour {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/**
 * The outlines of a mask along its pixel edges; filling them by the even-odd rule gives the mask back exactly.
 * Parts are 4-connected by default: no ring then touches another part's corner from inside.
 * O(box of the mask + length of the lines). Parts come in the order of their topmost row.
 */
export function contoursOf(runs: Runs, connectivity: Connectivity = 4): Contour[] {
  if (isEmptyMask(runs)) return [];
  const partOf = partFinder(runs, connectivity);
  const contours = new Map<number, { outer: Ring; holes: Ring[] }>();
  const holesOf = new Map<number, Ring[]>();
  for (const { ring, x, y } of traceRings(cropOf(runs), connectivity)) {
    const part = partOf(x, y);
    let holes = holesOf.get(part);
    if (!holes) holesOf.set(part, (holes = []));
    if (signedArea(ring) > 0) contours.set(part, { outer: ring, holes });
    else holes.push(ring);
  }
  return [...contours.values()];
}

/** The area in square pixels, positive for a ring that runs clockwise on the screen. */
export function signedArea(ring: Ring): number {
  let doubled = 0;
  for (let index = 0; index < ring.length; index += 2) {
    const next = (index + 2) % ring.length;
    doubled +=
      (ring[index] as number) * (ring[next + 1] as number) -
      (ring[next] as number) * (ring[index + 1] as number);
  }
  return doubled / 2;
}

interface TracedRing {
  readonly ring: Ring;
  /** A pixel of the mask that lies at the ring. */
  readonly x: number;
  readonly y: number;
}

const isSet = 1;
const isTraced = 2;

/** Every ring goes up along some pixel's left side, so starting from left sides finds each ring, and once. */
function* traceRings(crop: BitmapCrop, connectivity: Connectivity): Generator<TracedRing> {
  const [left, top, width, height] = crop.box;
  const stride = width + 2;
  // One pixel of background on every side, so that no step needs a border test.
  const cells = new Uint8Array(stride * (height + 2));
  for (let row = 0; row < height; row++) {
    cells.set(crop.data.subarray(row * width, (row + 1) * width), (row + 1) * stride + 1);
  }
  for (let row = 1; row <= height; row++) {
    for (let column = 1; column <= width; column++) {
      const at = row * stride + column;
      if (cells[at] !== isSet || (cells[at - 1] as number) & isSet) continue;
      const ring = traceRing(cells, stride, { column, row }, connectivity);
      const shifted = ring.map((value, index) => value - 1 + (index % 2 === 0 ? left : top));
      yield { ring: shifted, x: left + column - 1, y: top + row - 1 };
    }
  }
}

/** Steps of the walk: up, right, down, left. */
const stepX = [0, 1, 0, -1] as const;
const stepY = [-1, 0, 1, 0] as const;
/** The two cells in front of a corner, as offsets from the cell right below it, for each direction. */
const aheadLeft = [
  [-1, -1],
  [0, -1],
  [0, 0],
  [-1, 0],
] as const;
const aheadRight = [
  [0, -1],
  [0, 0],
  [-1, 0],
  [-1, -1],
] as const;

/** Walks with the mask on the right hand from the left side of the start cell until it is back there. */
function traceRing(
  cells: Uint8Array,
  stride: number,
  start: { readonly column: number; readonly row: number },
  connectivity: Connectivity,
): number[] {
  const ring: number[] = [];
  let x = start.column;
  let y = start.row + 1;
  let direction = 0;
  do {
    if (direction === 0) {
      const at = (y - 1) * stride + x;
      cells[at] = (cells[at] as number) | isTraced;
    }
    x += stepX[direction] as number;
    y += stepY[direction] as number;
    const [leftX, leftY] = aheadLeft[direction] as readonly [number, number];
    const [rightX, rightY] = aheadRight[direction] as readonly [number, number];
    const isLeftSet = ((cells[(y + leftY) * stride + x + leftX] as number) & isSet) === 1;
    const isRightSet = ((cells[(y + rightY) * stride + x + rightX] as number) & isSet) === 1;
    const turn = turnAt(isLeftSet, isRightSet, connectivity);
    if (turn !== 0) ring.push(x, y);
    direction = (direction + turn) & 3;
  } while (x !== start.column || y !== start.row + 1 || direction !== 0);
  return ring;
}

/** -1 left, 0 straight on, 1 right. Two pixels that meet in a corner only are joined when parts are 8-connected. */
function turnAt(isLeftSet: boolean, isRightSet: boolean, connectivity: Connectivity): -1 | 0 | 1 {
  if (isLeftSet && isRightSet) return -1;
  if (isRightSet) return 0;
  return isLeftSet && connectivity === 8 ? -1 : 1;
}
