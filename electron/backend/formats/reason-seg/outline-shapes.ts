import { contoursOf, type Ring } from '../../../common/contour.ts';
import { differenceOf, unionOf } from '../../../common/mask-algebra.ts';
import { decodeRegion } from '../../../common/mask-region.ts';
import { boxOf, emptyRuns, isEmptyMask, type Runs } from '../../../common/runs.ts';
import { drawAsOpencv } from './draw-as-opencv.ts';

type Points = readonly (readonly [number, number])[];

/**
 * Polygons of whole pixels that OpenCV paints to exactly these pixels: the outline of each part through the middles of its border pixels, and what such an outline does
 * not give (holes, and what is one pixel thin in odd ways) row by row as lines, since ReasonSeg has nothing that takes pixels away again.
 */
export function outlineShapes(mask: Runs): Points[] {
  const size = { width: mask.width, height: mask.height };
  let painted = emptyRuns(size);
  const shapes: Points[] = [];
  for (const { outer } of contoursOf(mask)) {
    const points = throughMiddles(outer);
    const drawn = drawAsOpencv(points, size);
    // Only what stays inside the mask: a hole filled, or a corner cut, cannot be taken back.
    if (!isEmptyMask(differenceOf(drawn, mask))) continue;
    shapes.push(points);
    painted = unionOf(painted, drawn);
  }
  const rest = differenceOf(mask, painted);
  return isEmptyMask(rest) ? shapes : [...shapes, ...rowLines(rest)];
}

/** Each stretch of pixels of a row as a line. */
function rowLines(mask: Runs): Points[] {
  const [left, top, width, height] = boxOf(mask);
  const pixels = decodeRegion(mask, [left, top, width, height]);
  const lines: Points[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      if (pixels[row * width + column] === 0) continue;
      const from = column;
      while (column + 1 < width && pixels[row * width + column + 1] !== 0) column++;
      lines.push([
        [left + from, top + row],
        [left + column, top + row],
      ]);
    }
  return lines;
}

/** The pixels inside along a ring on pixel edges, each once in a row, without those in the middle of a straight line. */
function throughMiddles(ring: Ring): Points {
  const pixels: [number, number][] = [];
  for (let at = 0; at < ring.length; at += 2) {
    const [x1, y1] = [ring[at] as number, ring[at + 1] as number];
    const [x2, y2] = [ring[(at + 2) % ring.length] as number, ring[(at + 3) % ring.length] as number];
    const [dx, dy] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
    const length = Math.abs(x2 - x1) + Math.abs(y2 - y1);
    // Clockwise on the screen: the inside lies to the right of the way.
    for (const step of length === 1 ? [0] : [0, length - 1]) {
      const [x, y] = [x1 + dx * step, y1 + dy * step];
      pixels.push([x + (dx < 0 ? -1 : 0) + (dy > 0 ? -1 : 0), y + (dy < 0 ? -1 : 0) + (dx < 0 ? -1 : 0)]);
    }
  }
  const each = pixels.filter(([x, y], index) => {
    const before = pixels.at(index - 1);
    return before?.[0] !== x || before[1] !== y;
  });
  // Of a single pixel all are the same.
  return each.length === 0 ? pixels.slice(0, 1) : each;
}
