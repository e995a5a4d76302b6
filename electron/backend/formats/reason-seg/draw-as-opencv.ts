import { emptyRuns, type Runs } from '../../../common/runs.ts';
import { encodeCrop } from '../../../common/mask-region.ts';
import type { Size } from '../../../common/geometry.ts';
import { fillAsOpencv } from './fill-as-opencv.ts';

/** Points of a line, x and y in turn. */
type Points = readonly (readonly [number, number])[];

/**
 * The pixels OpenCV sets for a closed polygon of whole pixels, line and inside: what `cv2.polylines` (8-connected, thickness 1) and `cv2.fillPoly` draw together. Coordinates are cut
 * to whole numbers first, as numpy's int32 does. Exact inside the picture and where a polygon leaves it.
 */
export function drawAsOpencv(polygon: Points, size: Size): Runs {
  const points = polygon.map(([x, y]) => [Math.trunc(x), Math.trunc(y)] as const);
  if (points.length === 0) return emptyRuns(size);
  const data = new Uint8Array(size.width * size.height);
  points.forEach((from, index) => drawLine(data, size, from, points[(index + 1) % points.length] ?? from));
  fillAsOpencv(points, size, {
    clip: (from, to) => clippedEnds(size, from, to),
    setPixel: (x, y) => setPixel(data, size, x, y),
  });
  return encodeCrop({ box: [0, 0, size.width, size.height], data }, size);
}

function setPixel(data: Uint8Array, { width, height }: Size, x: number, y: number): void {
  if (x >= 0 && y >= 0 && x < width && y < height) data[y * width + x] = 1;
}

type Point = readonly [number, number];

/** OpenCV's line iterator, 8-connected, always from the left. Source: opencv modules/imgproc/src/drawing.cpp LineIterator */
function drawLine(data: Uint8Array, size: Size, from: Point, to: Point): void {
  const clipped = clipLine(size, from, to);
  if (!clipped) return;
  const [[x1, y1], [x2, y2]] = clipped[0][0] <= clipped[1][0] ? clipped : [clipped[1], clipped[0]];
  const [width, height] = [x2 - x1, Math.abs(y2 - y1)];
  const down = Math.sign(y2 - y1);
  const isSteep = height > width;
  const [long, short] = isSteep ? [height, width] : [width, height];
  let error = long - 2 * short;
  let [x, y] = [x1, y1];
  for (let index = 0; index <= long; index++) {
    setPixel(data, size, x, y);
    const isTurning = error < 0;
    error += (isTurning ? 2 * long : 0) - 2 * short;
    if (!isSteep || isTurning) x++;
    if (isSteep || isTurning) y += down;
  }
}

/** The part inside the picture, or null. Source: the same file, clipLine: first above and below, then beside, cut to whole numbers each time */
function clipLine(size: Size, from: Point, to: Point): [Point, Point] | null {
  const { ends, isInside } = clipped(size, from, to);
  return isInside ? ends : null;
}

/** As far as clipping went, whether or not anything of the line is inside: what OpenCV leaves in its variables. */
function clippedEnds(size: Size, from: Point, to: Point): [Point, Point] {
  return clipped(size, from, to).ends;
}

function clipped(
  { width, height }: Size,
  from: Point,
  to: Point,
): { readonly ends: [Point, Point]; readonly isInside: boolean } {
  const [right, bottom] = [width - 1, height - 1];
  let [[x1, y1], [x2, y2]] = [from, to];
  const side = (x: number): number => (x < 0 ? 1 : 0) + (x > right ? 2 : 0);
  const level = (y: number): number => (y < 0 ? 4 : 0) + (y > bottom ? 8 : 0);
  let [code1, code2] = [side(x1) + level(y1), side(x2) + level(y2)];
  if ((code1 & code2) === 0 && (code1 | code2) !== 0) {
    if (code1 & 12) {
      const edge = code1 < 8 ? 0 : bottom;
      x1 += Math.trunc(((edge - y1) * (x2 - x1)) / (y2 - y1));
      y1 = edge;
      code1 = side(x1);
    }
    if (code2 & 12) {
      const edge = code2 < 8 ? 0 : bottom;
      x2 += Math.trunc(((edge - y2) * (x2 - x1)) / (y2 - y1));
      y2 = edge;
      code2 = side(x2);
    }
    if ((code1 & code2) === 0 && (code1 | code2) !== 0) {
      if (code1) {
        const edge = code1 === 1 ? 0 : right;
        y1 += Math.trunc(((edge - x1) * (y2 - y1)) / (x2 - x1));
        x1 = edge;
        code1 = 0;
      }
      if (code2) {
        const edge = code2 === 1 ? 0 : right;
        y2 += Math.trunc(((edge - x2) * (y2 - y1)) / (x2 - x1));
        x2 = edge;
        code2 = 0;
      }
    }
  }
  return {
    ends: [
      [x1, y1],
      [x2, y2],
    ],
    isInside: (code1 | code2) === 0,
  };
}
