import type { Box, Size } from '../../electron/common/geometry.ts';
import { ByteCache } from './byte-cache.ts';
import { type PaintedMask, type TileJob, artMargin, haloDepth, thinOutline } from './compose-tile.ts';
import { hasPixelsIn } from './coverage.ts';
import { versionIn } from './mask-versions.ts';
import { type TileAt, cellsOf, grownCells, pixelsUnder, tileKey } from './tile-grid.ts';

/** Cells a side. Smaller than the image's tiles: a tile must be composed well within a frame. */
export const maskTileSide = 256;

/** What was asked for a tile last. */
interface SeenTile {
  /** The same list needs no checking. */
  readonly masks: readonly PaintedMask[];
  readonly outline: number;
  /** Null when none of them touches the tile. */
  readonly artKey: string | null;
}
interface ComposedTile<Art> {
  /** Null when it shows nothing. */
  readonly art: Art | null;
}
const blankTileBytes = 64;

/** Tiles whose last question is remembered. */
const rememberedTiles = 8_192;

export interface TileAnswer<Art> {
  readonly art: Art | null;
  /** False when the art is older than the masks because there was no time left to compose it. */
  readonly isCurrent: boolean;
}

/**
 * Pictures of masks by tile. A tile is composed again exactly when one of the masks that touch it has other
 * pixels there, or another colour, pattern or place in the order: the signature is the whole of its input. A picture
 * is kept by its signature, so that undo, redo and going back and forth between targets find it again.
 */
export class MaskTiles<Art> {
  readonly #compose: (job: TileJob) => Art | null;
  readonly #arts: ByteCache<ComposedTile<Art>>;
  readonly #seen = new ByteCache<SeenTile>({ limitBytes: rememberedTiles, release: () => undefined });
  readonly #artsPerTile: number;
  composed = 0;

  /** @param options.layers pictures in one art, for counting bytes */
  constructor(options: {
    readonly compose: (job: TileJob) => Art | null;
    readonly layers: number;
    readonly limitBytes: number;
  }) {
    this.#compose = options.compose;
    this.#artsPerTile = options.layers;
    this.#arts = new ByteCache({ limitBytes: options.limitBytes, release: () => undefined });
  }

  /**
   * @param mayCompose false to get only what is there already
   * @param outline  cells, for art that has one
   */
  tile(
    tile: TileAt,
    masks: readonly PaintedMask[],
    image: Size,
    mayCompose: () => boolean,
    outline = thinOutline,
  ): TileAnswer<Art> {
    const key = tileKey(tile);
    const seen = this.#seen.get(key);
    const before = seen === null || seen.artKey === null ? null : this.#arts.get(seen.artKey);
    if (seen?.masks === masks && seen.outline === outline && (seen.artKey === null || before !== null))
      return { art: before?.art ?? null, isCurrent: true };
    const cells = cellsOf(tile, image, maskTileSide);
    const touching = masksTouching(pixelsUnder(grownCells(cells, haloDepth), tile.level), masks);
    if (touching.length === 0) {
      this.#seen.set(key, { masks, outline, artKey: null }, 1);
      return { art: null, isCurrent: true };
    }
    const around = pixelsUnder(grownCells(cells, artMargin(outline)), tile.level);
    const artKey = `${key} ${outline} ${touching.map((mask) => signatureOf(mask, around)).join(' ')}`;
    const known = this.#arts.get(artKey);
    if (known === null && !mayCompose()) return { art: before?.art ?? null, isCurrent: false };
    const { art } = known ?? this.#composed(artKey, { masks: touching, cells, level: tile.level, outline });
    this.#seen.set(key, { masks, outline, artKey }, 1);
    return { art, isCurrent: true };
  }

  #composed(artKey: string, job: TileJob): ComposedTile<Art> {
    this.composed++;
    const composed = { art: this.#compose(job) };
    const bytes = 4 * job.cells[2] * job.cells[3] * this.#artsPerTile;
    this.#arts.set(artKey, composed, composed.art === null ? blankTileBytes : bytes);
    return composed;
  }
}

/** Those with a pixel in the box, not only with a box that meets it: a long stroke's box meets nearly every tile. */
function masksTouching(pixels: Box, masks: readonly PaintedMask[]): readonly PaintedMask[] {
  const [left, top, width, height] = pixels;
  return masks.filter(
    ({ box, runs }) =>
      box[0] < left + width &&
      left < box[0] + box[2] &&
      box[1] < top + height &&
      top < box[1] + box[3] &&
      hasPixelsIn(runs, pixels),
  );
}

function signatureOf(mask: PaintedMask, pixels: Box): string {
  return `${versionIn(mask.runs, pixels)}:${mask.colour}:${mask.pattern}`;
}
