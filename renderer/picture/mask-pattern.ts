/** Fill patterns tell targets apart without colour. 0 is plain; the others repeat after patternCount. */
export const patternCount = 6;

const inkAlpha = 255;
const paperAlpha = 95;
/** Cells after which a pattern repeats. */
const period = 8;

/** Alpha of the fill in a cell: never 0, since a hole in a mask must not be mistaken for a pattern. */
export function patternAlpha(pattern: number, column: number, row: number): number {
  return hasInk(pattern, column & (period - 1), row & (period - 1)) ? inkAlpha : paperAlpha;
}

function hasInk(pattern: number, x: number, y: number): boolean {
  switch (pattern) {
    case 1:
      return ((x + y) & (period - 1)) < 3;
    case 2:
      return ((x - y) & (period - 1)) < 3;
    case 3:
      return y < 3;
    case 4:
      return x < 3;
    case 5:
      return (x & 3) < 2 === (y & 3) < 2;
    case 6:
      return x < 2 || y < 2;
    default:
      return true;
  }
}

/**
 * The level on which fills are composed. A pattern drawn by whole image pixels would grow with the zoom until a mask
 * lies between two of its stripes; above 100 % its cells are parts of pixels, one to two device pixels large.
 */
export function fillLevel(
  view: { readonly level: number; readonly scale: number },
  masks: readonly { readonly pattern: number }[],
): number {
  if (view.level > 0 || view.scale < 2 || masks.every(({ pattern }) => pattern === 0)) return view.level;
  return -Math.floor(Math.log2(view.scale));
}
