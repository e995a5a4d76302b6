import type { Size } from '../../../common/geometry.ts';

/**
 * Paints a polygon of whole pixels with its border, as Pillow's `ImageDraw.polygon` fills it: in each row from crossing to crossing, both rounded to the nearest pixel. Where an
 * outline turns back within one row Pillow joins the corner to its neighbours by some further pixels, differently from version to version; those are not painted.
 *
 * @param numbers [size.height, size.width]
 */
export function paintPolygon(
  numbers: Uint8Array | Uint16Array,
  { width, height }: Size,
  { points, number }: { readonly points: readonly (readonly [number, number])[]; readonly number: number },
): void {
  const row = (y: number, from: number, to: number): void => {
    if (y < 0 || y >= height) return;
    const [first, last] = [Math.max(0, from), Math.min(width - 1, to)];
    if (first <= last) numbers.fill(number, y * width + first, y * width + last + 1);
  };
  const edges = points.map(([x, y], at) => {
    const [otherX, otherY] = points[(at + 1) % points.length] ?? [x, y];
    return y <= otherY
      ? { top: y, bottom: otherY, x, step: otherY === y ? 0 : (otherX - x) / (otherY - y), otherX }
      : { top: otherY, bottom: y, x: otherX, step: (x - otherX) / (y - otherY), otherX: x };
  });
  for (const { top, bottom, x, otherX } of edges)
    if (top === bottom) row(top, Math.min(x, otherX), Math.max(x, otherX));
  const slanted = edges.filter(({ top, bottom }) => top < bottom);
  const last = slanted.reduce((most, { bottom }) => Math.max(most, bottom), 0);
  const first = slanted.reduce((least, { top }) => Math.min(least, top), last);
  for (let y = Math.max(0, first); y <= Math.min(last, height - 1); y++) {
    const crossings = slanted
      .filter(({ top, bottom }) => top <= y && y <= bottom)
      .flatMap(({ top, bottom, x, step }) => {
        const crossing = x + step * (y - top);
        // An edge that ends above the last row is a point of its own: the next one takes over.
        return y === bottom && y < last ? [crossing, crossing] : [crossing];
      })
      .sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2)
      row(y, Math.floor((crossings[pair] ?? 0) + 0.5), Math.ceil((crossings[pair + 1] ?? 0) - 0.5));
  }
}
