/**
 * The spaces that places and lengths are measured in, kept apart by the compiler:
 *
 * - image: image pixels; pixel (3, 4) covers [3, 4) x [4, 5).
 * - screen: CSS pixels of the pane that shows the image; screen = image * zoom + pan.
 * - cell: squares of 2^level image pixels, which tiles are made of (renderer/picture/tile-grid.ts leads there and back).
 * - device: pixels of a canvas, screen pixels times the display's ratio (renderer/picture/device-view.ts).
 *
 * The mark is a type only. A point always carries it: `imagePoint` and `screenPoint` say in which space two numbers
 * are meant, and only `toImage` and `toScreen` lead from one to the other. Sizes and boxes carry it where they are not
 * the image's: without a mark they are, as records, files and masks have them.
 */
declare const space: unique symbol;

interface Pair {
  readonly x: number;
  readonly y: number;
}

/** A place on the image, or a way across it. */
export interface ImagePoint extends Pair {
  readonly [space]: 'image';
}

/** A place in the pane, or a way across it. */
export interface ScreenPoint extends Pair {
  readonly [space]: 'screen';
}

/** Of an image or of a mask, image pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
  readonly [space]?: 'image';
}

/** Of the pane, CSS pixels. */
export interface ScreenSize {
  readonly width: number;
  readonly height: number;
  readonly [space]: 'screen';
}

type Quad = readonly [x: number, y: number, width: number, height: number];

/** [x, y, width, height], image pixels. */
export type Box = Quad & { readonly [space]?: 'image' };

/** [column, row, columns, rows] of cells of one level. */
export type CellBox = Quad & { readonly [space]: 'cell' };

/** [x, y, width, height] on a canvas, device pixels. */
export type DeviceBox = Quad & { readonly [space]: 'device' };

/** Where the camera stands. */
export interface Camera {
  /** CSS pixels per image pixel. */
  readonly zoom: number;
  /** Where the image's top left corner lies in the pane. */
  readonly pan: ScreenPoint;
}

/** Says that these numbers are image pixels. */
export function imagePoint(at: Pair): ImagePoint {
  return at as ImagePoint; // the mark is no property: only the compiler sees it
}

/** Says that these numbers are CSS pixels of the pane. */
export function screenPoint(at: Pair): ScreenPoint {
  return at as ScreenPoint; // as above
}

/** Says that this is the pane's size. */
export function screenSize(size: { readonly width: number; readonly height: number }): ScreenSize {
  return size as ScreenSize; // as above
}

/** Says that these numbers count cells. */
export function cellBox(cells: Quad): CellBox {
  return cells as CellBox; // as above
}

/** Says that these numbers are device pixels. */
export function deviceBox(pixels: Quad): DeviceBox {
  return pixels as DeviceBox; // as above
}

export function toImage(point: ScreenPoint, { zoom, pan }: Camera): ImagePoint {
  return imagePoint({ x: (point.x - pan.x) / zoom, y: (point.y - pan.y) / zoom });
}

export function toScreen(point: ImagePoint, { zoom, pan }: Camera): ScreenPoint {
  return screenPoint({ x: point.x * zoom + pan.x, y: point.y * zoom + pan.y });
}

/** The middle of a pane. */
export function middleOf({ width, height }: ScreenSize): ScreenPoint {
  return screenPoint({ x: width / 2, y: height / 2 });
}

/** The image pixel under a point; it may lie outside the image. */
export function pixelAt(point: ImagePoint): ImagePoint {
  return imagePoint({ x: Math.floor(point.x), y: Math.floor(point.y) });
}

/** The corners of a box, clockwise from the top left one. */
export function cornersOf([left, top, width, height]: Box): readonly ImagePoint[] {
  return [
    imagePoint({ x: left, y: top }),
    imagePoint({ x: left + width, y: top }),
    imagePoint({ x: left + width, y: top + height }),
    imagePoint({ x: left, y: top + height }),
  ];
}

/** The rectangle both share; width and height are 0 when they do not meet. */
export function intersectBoxes(a: Box, b: Box): Box;
export function intersectBoxes(a: CellBox, b: CellBox): CellBox;
export function intersectBoxes(a: Quad, b: Quad): Quad {
  const left = Math.max(a[0], b[0]);
  const top = Math.max(a[1], b[1]);
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - left;
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - top;
  return width > 0 && height > 0 ? [left, top, width, height] : [left, top, 0, 0];
}

/** The smallest box around both; a box without area adds nothing. */
export function uniteBoxes(a: Box, b: Box): Box {
  if (isEmptyBox(a)) return b;
  if (isEmptyBox(b)) return a;
  const left = Math.min(a[0], b[0]);
  const top = Math.min(a[1], b[1]);
  const right = Math.max(a[0] + a[2], b[0] + b[2]);
  const bottom = Math.max(a[1] + a[3], b[1] + b[3]);
  return [left, top, right - left, bottom - top];
}

/** Grown by `margin` pixels on every side, cut at the image's border. */
export function growBox(box: Box, margin: number, size: Size): Box {
  const left = Math.max(0, box[0] - margin);
  const top = Math.max(0, box[1] - margin);
  const right = Math.min(size.width, box[0] + box[2] + margin);
  const bottom = Math.min(size.height, box[1] + box[3] + margin);
  return [left, top, Math.max(0, right - left), Math.max(0, bottom - top)];
}

export function isEmptyBox(box: Box | CellBox): boolean {
  return box[2] === 0 || box[3] === 0;
}

export function boxHolds(outer: Box, inner: Box): boolean {
  return (
    inner[0] >= outer[0] &&
    inner[1] >= outer[1] &&
    inner[0] + inner[2] <= outer[0] + outer[2] &&
    inner[1] + inner[3] <= outer[1] + outer[3]
  );
}
