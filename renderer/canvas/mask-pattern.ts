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
