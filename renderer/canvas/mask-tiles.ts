import { intersectBoxes } from '../../electron/common/bitmap.ts';
import type { Size } from '../../electron/common/bitmap.ts';
import type { Box } from '../../electron/common/document.ts';
import { ByteCache } from './byte-cache.ts';
import type { PaintedMask, TileJob } from './compose-tile.ts';
import { versionIn } from './mask-versions.ts';
import { type TileAt, cellsOf, pixelsUnder, tileKey } from './tile-grid.ts';

/** Cells a side. Smaller than the image's tiles: a tile must be composed well within a frame. */
export const maskTileSide = 256;

interface CachedTile<Art> {
  /** Which masks, in which colours, the art shows. */
  readonly signature: string;
  /** The list it was checked against last: the same list needs no checking. */
  readonly masks: readonly PaintedMask[];
  /** Null when no mask touches the tile. */
  readonly art: Art | null;
}

export interface TileAnswer<Art> {
  readonly art: Art | null;
  /** False when the art is older than the masks because there was no time left to compose it. */
  readonly isCurrent: boolean;
}

/**
 * Pictures of masks by tile. A tile is composed again exactly when one of the masks that touch it has other
 * pixels there, or another colour, pattern or place in the order: the signature is the whole of its input.
 */
export class MaskTiles<Art> {
  readonly #compose: (job: TileJob) => Art;
  readonly #tiles: ByteCache<CachedTile<Art>>;
  readonly #artsPerTile: number;
  composed = 0;

  /** @param options.layers pictures in one art, for counting bytes */
  constructor(options: {
    readonly compose: (job: TileJob) => Art;
    readonly layers: number;
    readonly limitBytes: number;
  }) {
    this.#compose = options.compose;
    this.#artsPerTile = options.layers;
    this.#tiles = new ByteCache({ limitBytes: options.limitBytes, release: () => undefined });
  }

  /** @param mayCompose false to get only what is there already */
  tile(tile: TileAt, masks: readonly PaintedMask[], image: Size, mayCompose: () => boolean): TileAnswer<Art> {
    const key = tileKey(tile);
    const known = this.#tiles.get(key);
    if (known?.masks === masks) return { art: known.art, isCurrent: true };
    const cells = cellsOf(tile, image, maskTileSide);
    const pixels = pixelsUnder(cells, tile.level);
    const touching = masks.filter((mask) => intersectBoxes(mask.box, pixels)[2] > 0);
    const around = pixelsUnder([cells[0] - 1, cells[1] - 1, cells[2] + 2, cells[3] + 2], tile.level);
    const signature = touching.map((mask) => signatureOf(mask, around)).join(' ');
    const bytes = 4 * cells[2] * cells[3] * this.#artsPerTile;
    if (known?.signature === signature) {
      return { art: this.#keep(key, { ...known, masks }, known.art === null ? 64 : bytes), isCurrent: true };
    }
    if (touching.length === 0)
      return { art: this.#keep(key, { signature, masks, art: null }, 64), isCurrent: true };
    if (!mayCompose()) return { art: known?.art ?? null, isCurrent: false };
    this.composed++;
    const art = this.#compose({ masks: touching, cells, level: tile.level });
    return { art: this.#keep(key, { signature, masks, art }, bytes), isCurrent: true };
  }

  clear(): void {
    this.#tiles.clear();
  }

  #keep(key: string, tile: CachedTile<Art>, bytes: number): Art | null {
    this.#tiles.set(key, tile, bytes);
    return tile.art;
  }
}

function signatureOf(mask: PaintedMask, pixels: Box): string {
  return `${versionIn(mask.runs, pixels)}:${mask.colour}:${mask.pattern}`;
}
