import { tileUrl } from '../../electron/common/asset-urls.ts';
import type { ImageId } from '../../electron/common/document/records.ts';
import { ByteCache } from './byte-cache.ts';
import type { TileAt } from './tile-grid.ts';

/** Which picture the tiles belong to; `version` changes when the file behind it does. */
export interface TileSource {
  readonly imageId: ImageId;
  readonly version: string;
}

export interface ImageTilesOptions<Picture> {
  /** Fetches and decodes one tile. */
  readonly load: (address: string, signal: AbortSignal) => Promise<Picture>;
  readonly bytesOf: (picture: Picture) => number;
  readonly release: (picture: Picture) => void;
  readonly limitBytes: number;
  /** A tile arrived or failed for good: time to draw again. */
  readonly onChange: () => void;
}

/** Requests at one time: enough to keep a local server busy, few enough that new wishes are served soon. */
const maximumRequests = 6;
const maximumAttempts = 3;
const retryDelayMs = 1_500;

/**
 * Tiles of pictures, fetched when wanted, most recently used kept within a limit of bytes.
 * `want` names all tiles wanted now in order of importance; a request nobody wants any more is aborted.
 */
export class ImageTiles<Picture> {
  readonly #options: ImageTilesOptions<Picture>;
  readonly #cache: ByteCache<Picture>;
  readonly #requests = new Map<string, AbortController>();
  readonly #failures = new Map<string, number>();
  #wanted: readonly string[] = [];
  #isDisposed = false;

  constructor(options: ImageTilesOptions<Picture>) {
    this.#options = options;
    this.#cache = new ByteCache({ limitBytes: options.limitBytes, release: options.release });
  }

  get(source: TileSource, tile: TileAt): Picture | null {
    return this.#cache.get(addressOf(source, tile));
  }

  /** True when every tile wanted is there or has failed for good. */
  get isSettled(): boolean {
    return this.#wanted.every((address) => this.#cache.get(address) !== null || this.#hasFailed(address));
  }

  /** True when a tile wanted now could not be had after several tries. */
  get hasFailures(): boolean {
    return this.#wanted.some((address) => this.#hasFailed(address));
  }

  want(source: TileSource, tiles: readonly TileAt[]): void {
    this.#wanted = tiles.map((tile) => addressOf(source, tile));
    const wanted = new Set(this.#wanted);
    for (const [address, request] of this.#requests) if (!wanted.has(address)) request.abort();
    this.#start();
  }

  /** Forgets failures, so that a file that was put back is read again. */
  retry(): void {
    this.#failures.clear();
    this.#start();
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const request of this.#requests.values()) request.abort();
    this.#cache.clear();
  }

  #hasFailed(address: string): boolean {
    return (this.#failures.get(address) ?? 0) >= maximumAttempts;
  }

  #start(): void {
    if (this.#isDisposed) return;
    for (const address of this.#wanted) {
      if (this.#requests.size >= maximumRequests) return;
      if (this.#requests.has(address) || this.#hasFailed(address) || this.#cache.get(address) !== null)
        continue;
      void this.#load(address);
    }
  }

  async #load(address: string): Promise<void> {
    const abort = new AbortController();
    this.#requests.set(address, abort);
    try {
      const picture = await this.#options.load(address, abort.signal);
      if (this.#isDisposed) this.#options.release(picture);
      else this.#cache.set(address, picture, this.#options.bytesOf(picture));
      this.#failures.delete(address);
    } catch {
      // What failed shows as a coarser tile or the empty pane; the image's state is told by images.check.
      if (!abort.signal.aborted) await this.#noteFailure(address);
    } finally {
      this.#requests.delete(address);
    }
    if (this.#isDisposed) return;
    this.#options.onChange();
    this.#start();
  }

  async #noteFailure(address: string): Promise<void> {
    this.#failures.set(address, (this.#failures.get(address) ?? 0) + 1);
    if (!this.#hasFailed(address)) await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
  }
}

function addressOf(source: TileSource, tile: TileAt): string {
  return tileUrl({ ...source, ...tile });
}

export async function loadTile(address: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`The tile ${address} cannot be had: ${response.status}.`);
  return createImageBitmap(await response.blob());
}
