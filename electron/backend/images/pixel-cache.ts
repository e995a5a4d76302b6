import type { RgbImage } from './rgb-image.ts';

/** Decoded pictures, the least recently used dropped first; the same one is decoded once however many ask. */
export interface PixelCache {
  get(key: string, decode: () => Promise<RgbImage>): Promise<RgbImage>;
  /** Whether it is there, or about to be. */
  has(key: string): boolean;
  clear(): void;
}

/** @param maximumBytes one picture larger than this is still kept, alone */
export function createPixelCache(maximumBytes: number): PixelCache {
  const kept = new Map<string, RgbImage>();
  const underWay = new Map<string, Promise<RgbImage>>();
  let bytes = 0;

  const keep = (key: string, image: RgbImage): void => {
    kept.set(key, image);
    bytes += image.data.byteLength;
    for (const [oldest, dropped] of kept) {
      if (bytes <= maximumBytes || oldest === key) break;
      kept.delete(oldest);
      bytes -= dropped.data.byteLength;
    }
  };
  return {
    async get(key, decode) {
      const known = kept.get(key);
      if (known) {
        // A Map keeps the order of insertion: put back last, it is the newest.
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const waiting = underWay.get(key);
      if (waiting) return waiting;
      const decoding = decode();
      underWay.set(key, decoding);
      try {
        const image = await decoding;
        keep(key, image);
        return image;
      } finally {
        underWay.delete(key);
      }
    },
    has: (key) => kept.has(key) || underWay.has(key),
    clear() {
      kept.clear();
      bytes = 0;
    },
  };
}
