import { addTo } from '../../electron/common/grouped.ts';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Rectangles that are taken, found by where they lie. */
export interface Occupied {
  isFree(rect: Rect): boolean;
  add(rect: Rect): void;
}

/** @param cell side of the squares they are filed by: about what a rectangle has */
export function createOccupied(cell: number): Occupied {
  const cells = new Map<number, Rect[]>();
  const rangeOf = (from: number, length: number): readonly [number, number] => [
    Math.floor(from / cell),
    Math.floor((from + length) / cell),
  ];
  const keyOf = (column: number, row: number): number => row * 65_536 + column;
  return {
    isFree(rect) {
      const [left, right] = rangeOf(rect.x, rect.width);
      const [top, bottom] = rangeOf(rect.y, rect.height);
      for (let row = top; row <= bottom; row++)
        for (let column = left; column <= right; column++)
          for (const taken of cells.get(keyOf(column, row)) ?? none) if (doMeet(taken, rect)) return false;
      return true;
    },
    add(rect) {
      const [left, right] = rangeOf(rect.x, rect.width);
      const [top, bottom] = rangeOf(rect.y, rect.height);
      for (let row = top; row <= bottom; row++)
        for (let column = left; column <= right; column++) addTo(cells, keyOf(column, row), rect);
    },
  };
}

const none: readonly Rect[] = [];

function doMeet(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
