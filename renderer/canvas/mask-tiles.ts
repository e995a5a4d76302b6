import type { Size } from '../../electron/common/bitmap.ts';
import { intersectBoxes } from '../../electron/common/bitmap.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { ByteCache } from './byte-cache.ts';
import type { PaintedMask, TileJob, TilePixels } from './compose-tile.ts';
import { type TileAt, cellsOf, pixelsUnder, tileKey } from './tile-grid.ts';

/** What a tile's pixels become; in the app an OffscreenCanvas. */
export type MakePicture<Picture> = (pixels: TilePixels, size: Size) => Picture;

interface CachedTile<Picture> {
  /** Which masks, in which colours, the picture shows. */
  readonly signature: string;
  /** Null when no mask touches the tile. */
  readonly picture: Picture | null;
}

export interface TileAnswer<Picture> {
  readonly picture: Picture | null;
  /** False when the picture is older than the masks because there was no time left to compose it. */
  readonly isCurrent: boolean;
}

/**
 * Pictures of masks by tile. A tile is composed again exactly when one of the masks that touch it, or its
 * colour, pattern or place in the order, is not what it was: the signature is the whole of its input.
 */
export class MaskTiles<Picture> {
  readonly #compose: (job: TileJob) => TilePixels;
  readonly #makePicture: MakePicture<Picture>;
  readonly #tiles: ByteCache<CachedTile<Picture>>;
  composed = 0;

  constructor(options: {
    readonly compose: (job: TileJob) => TilePixels;
    readonly makePicture: MakePicture<Picture>;
    readonly limitBytes: number;
  }) {
    this.#compose = options.compose;
    this.#makePicture = options.makePicture;
    this.#tiles = new ByteCache({ limitBytes: options.limitBytes, release: () => undefined });
  }

  /** @param mayCompose false to get only what is there already */
  tile(tile: TileAt, masks: readonly PaintedMask[], image: Size, mayCompose: () => boolean): TileAnswer<Picture> {
    const cells = cellsOf(tile, image);
    const pixels = pixelsUnder(cells, tile.level);
    const touching = masks.filter((mask) => intersectBoxes(mask.box, pixels)[2] > 0);
    const signature = touching.map(signatureOf).join(' ');
    const key = tileKey(tile);
    const known = this.#tiles.get(key);
    if (known?.signature === signature) return { picture: known.picture, isCurrent: true };
    if (touching.length === 0) return { picture: this.#keep(key, { signature, picture: null }, 64), isCurrent: true };
    if (!mayCompose()) return { picture: known?.picture ?? null, isCurrent: false };
    this.composed++;
    const composed = this.#compose({ masks: touching, cells, level: tile.level });
    const picture = this.#makePicture(composed, { width: cells[2], height: cells[3] });
    return { picture: this.#keep(key, { signature, picture }, composed.byteLength), isCurrent: true };
  }

  clear(): void {
    this.#tiles.clear();
  }

  #keep(key: string, tile: CachedTile<Picture>, bytes: number): Picture | null {
    this.#tiles.set(key, tile, bytes);
    return tile.picture;
  }
}

const versions = new WeakMap<Runs, number>();
let newestVersion = 0;

/** A number for each mask; a changed mask is another Runs object and so another number. */
export function versionOf(runs: Runs): number {
  const known = versions.get(runs);
  if (known !== undefined) return known;
  newestVersion++;
  versions.set(runs, newestVersion);
  return newestVersion;
}

function signatureOf(mask: PaintedMask): string {
  return `${versionOf(mask.runs)}:${mask.colour}:${mask.pattern}`;
}
