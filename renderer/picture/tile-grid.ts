import { levelCount, tileSide } from '../../electron/common/asset-urls.ts';
import { type Box, type CellBox, type Size, cellBox } from '../../electron/common/geometry.ts';

/**
 * A tile of a level. Tiles are squares of cells (the image's 512 a side), a cell being 2^level image pixels a side.
 * Only fills with patterns have levels below 0, where a pixel has several cells.
 */
export interface TileAt {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** The coarsest level whose cells are not larger than a device pixel, so that nothing is enlarged below 100 %. */
export function levelFor(devicePixelsPerImagePixel: number, image: Size): number {
  const wanted = Math.floor(Math.log2(1 / devicePixelsPerImagePixel) + 1e-6);
  return Math.min(levelCount(image) - 1, Math.max(0, wanted));
}

export function levelSize(image: Size, level: number): Size {
  const cell = 2 ** level;
  return { width: Math.ceil(image.width / cell), height: Math.ceil(image.height / cell) };
}

/** The tile's cells in its level, cut at the level's border. */
export function cellsOf(tile: TileAt, image: Size, tileCells: number = tileSide): CellBox {
  const size = levelSize(image, tile.level);
  const left = tile.column * tileCells;
  const top = tile.row * tileCells;
  return cellBox([left, top, Math.min(tileCells, size.width - left), Math.min(tileCells, size.height - top)]);
}

/** Image pixels under a rectangle of cells; the last cell of a row may reach over the image's border. */
export function pixelsUnder(cells: CellBox, level: number): Box {
  const cell = 2 ** level;
  return [cells[0] * cell, cells[1] * cell, cells[2] * cell, cells[3] * cell];
}

/** The cells that a rectangle of image pixels touches. */
export function cellsOver(pixels: Box, level: number): CellBox {
  const [left, top, width, height] = pixels;
  const cell = 2 ** level;
  const firstColumn = Math.floor(left / cell);
  const firstRow = Math.floor(top / cell);
  return cellBox([
    firstColumn,
    firstRow,
    Math.ceil((left + width) / cell) - firstColumn,
    Math.ceil((top + height) / cell) - firstRow,
  ]);
}

/** The cells of a level `levels` coarser that a rectangle of cells touches. */
export function coarserCells(cells: CellBox, levels: number): CellBox {
  const [left, top, width, height] = cells;
  return cellsOver([left, top, width, height], levels); // a cell is to them what a pixel is to cells
}

/** More cells on every side; one is what a cell's border with its neighbours needs. */
export function grownCells([left, top, width, height]: CellBox, by = 1): CellBox {
  return cellBox([left - by, top - by, width + 2 * by, height + 2 * by]);
}

/** Every layer of a frame asks for the same tiles: the last few answers are kept. */
const answers = new Map<string, readonly TileAt[]>();
const keptAnswers = 16;

/** Tiles of a level that touch `box` (image pixels), nearest to its middle first. */
export function tilesIn(box: Box, level: number, tileCells: number = tileSide): readonly TileAt[] {
  const key = `${box.join()} ${level} ${tileCells}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const tiles = tilesTouching(box, level, tileCells);
  if (answers.size >= keptAnswers) answers.clear();
  answers.set(key, tiles);
  return tiles;
}

function tilesTouching(box: Box, level: number, tileCells: number): readonly TileAt[] {
  const [left, top, width, height] = box;
  if (width === 0 || height === 0) return [];
  const side = tileCells * 2 ** level;
  const middle = { column: (left + width / 2) / side - 0.5, row: (top + height / 2) / side - 0.5 };
  const tiles: { readonly tile: TileAt; readonly distance: number }[] = [];
  for (let row = Math.floor(top / side); row * side < top + height; row++) {
    for (let column = Math.floor(left / side); column * side < left + width; column++) {
      tiles.push({
        tile: { level, column, row },
        distance: Math.hypot(column - middle.column, row - middle.row),
      });
    }
  }
  return tiles.sort((a, b) => a.distance - b.distance).map(({ tile }) => tile);
}

export function parentOf(tile: TileAt): TileAt {
  return { level: tile.level + 1, column: tile.column >> 1, row: tile.row >> 1 };
}

export function tileKey(tile: TileAt): string {
  return `${tile.level}/${tile.column}-${tile.row}`;
}
