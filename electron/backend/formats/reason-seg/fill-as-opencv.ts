import type { Size } from '../../../common/geometry.ts';

type Point = readonly [number, number];

/** The ends of a line as far as OpenCV's clipLine moves them. */
type Clip = (from: Point, to: Point) => readonly [Point, Point];

/** Fixed-point fraction of OpenCV's edges. */
const one = 2 ** 16;

/** An edge of the polygon as OpenCV's filling goes down along it: x at row y0 and its step a row, in 65,536ths. */
interface Edge {
  readonly y0: number;
  readonly y1: number;
  readonly x: number;
  readonly dx: number;
}

/**
 * Sets the pixels inside, between the edges of each row. An edge that leaves the picture goes on from where it was clipped, whose whole numbers turn it a little: that is
 * what OpenCV computes.
 *
 * Source: opencv modules/imgproc/src/drawing.cpp CollectPolyEdges, FillEdgeCollection
 */
export function fillAsOpencv(
  points: readonly Point[],
  { width, height }: Size,
  {
    clip,
    setPixel,
  }: {
    readonly clip: Clip;
    readonly setPixel: (x: number, y: number) => void;
  },
): void {
  const edges = points.flatMap((from, index) =>
    edgeOf(from, points[(index + 1) % points.length] ?? from, { clip, size: { width, height } }),
  );
  if (edges.length === 0) return;
  const [first, last] = [
    Math.max(
      0,
      edges.reduce((least, { y0 }) => Math.min(least, y0), height),
    ),
    Math.min(
      height,
      edges.reduce((most, { y1 }) => Math.max(most, y1), 0),
    ),
  ];
  // Only the edges that cross a row are looked at there: an outline may have very many.
  const waiting = edges.toSorted((a, b) => b.y0 - a.y0);
  let crossing: Edge[] = [];
  for (let y = first; y < last; y++) {
    crossing = crossing.filter(({ y1 }) => y < y1);
    for (let next = waiting.at(-1); next !== undefined && next.y0 <= y; next = waiting.at(-1)) {
      if (y < next.y1) crossing.push(next);
      waiting.pop();
    }
    const crossings = crossing.map(({ x, dx, y0 }) => x + dx * (y - y0)).sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.floor(((crossings[pair] ?? 0) + one - 1) / one));
      const to = Math.min(width - 1, Math.floor((crossings[pair + 1] ?? 0) / one));
      for (let x = from; x <= to; x++) setPixel(x, y);
    }
  }
}
/** Nothing for a level one. */
function edgeOf(
  [fromX, fromY]: Point,
  [toX, toY]: Point,
  { clip, size }: { readonly clip: Clip; readonly size: Size },
): Edge[] {
  if (fromY === toY) return [];
  const isOutside =
    [fromX, toX].some((x) => x < 0 || x >= size.width) || [fromY, toY].some((y) => y < 0 || y >= size.height);
  const [start, end] = isOutside
    ? clip([fromX, fromY], [toX, toY])
    : ([
        [fromX, fromY],
        [toX, toY],
      ] as const);
  // Clipped to one row, only the columns are taken over.
  const [startY, endY] = start[1] === end[1] ? [fromY, toY] : [start[1], end[1]];
  const dx = Math.trunc(((end[0] - start[0]) * one) / (endY - startY));
  return fromY < toY
    ? [{ y0: fromY, y1: toY, x: start[0] * one + (fromY - startY) * dx, dx }]
    : [{ y0: toY, y1: fromY, x: end[0] * one + (toY - endY) * dx, dx }];
}
