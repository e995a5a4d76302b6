import { labels } from './assist-messages.ts';

/**
 * Pictures too large to compute on are made smaller by a whole number first, and the mask is brought back to size afterwards: memory
 * and time stay bounded whatever the image's size. The edge is then exact to about that number of pixels.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** u8 [height, width, 3] */
  readonly rgb: Uint8Array;
}

/** The whole number by which both sides must shrink to have at most this many pixels. */
export function reductionFor(
  size: { readonly width: number; readonly height: number },
  maximumPixels: number,
): number {
  return Math.max(1, Math.ceil(Math.sqrt((size.width * size.height) / maximumPixels)));
}

/** Means over squares of `by` pixels; squares at the right and lower border may be cut. */
export function reducePicture(picture: Picture, by: number): Picture {
  if (by === 1) return picture;
  const { rgb } = picture;
  const width = Math.ceil(picture.width / by);
  const height = Math.ceil(picture.height / by);
  const reduced = new Uint8Array(width * height * 3);
  const sums = new Uint32Array(width * 3);
  for (let row = 0; row < height; row++) {
    sums.fill(0);
    const bottom = Math.min((row + 1) * by, picture.height);
    for (let y = row * by; y < bottom; y++) addRow(sums, rgb, y * picture.width * 3, { picture, by });
    for (let column = 0; column < width; column++) {
      const across = Math.min(by, picture.width - column * by);
      const count = across * (bottom - row * by);
      for (let channel = 0; channel < 3; channel++)
        reduced[3 * (row * width + column) + channel] = Math.round(
          (sums[3 * column + channel] as number) / count,
        );
    }
  }
  return { width, height, rgb: reduced };
}

/** The pixels of a row, from `at` on, into the sums of the squares they lie in. */
function addRow(
  sums: Uint32Array,
  rgb: Uint8Array,
  at: number,
  { picture: { width }, by }: { readonly picture: Picture; readonly by: number },
): void {
  let read = at;
  for (let column = 0, x = 0; x < width; column += 3) {
    const end = Math.min(x + by, width);
    let [red, green, blue] = [0, 0, 0];
    for (; x < end; x++, read += 3) {
      red += rgb[read] as number;
      green += rgb[read + 1] as number;
      blue += rgb[read + 2] as number;
    }
    sums[column] = (sums[column] as number) + red;
    sums[column + 1] = (sums[column + 1] as number) + green;
    sums[column + 2] = (sums[column + 2] as number) + blue;
  }
}

/** A square is unknown as soon as one of its pixels is; otherwise outside as soon as one is. */
export function reduceSeeds(
  seeds: Uint8Array,
  size: { readonly width: number; readonly height: number },
  by: number,
): Uint8Array {
  if (by === 1) return seeds;
  const width = Math.ceil(size.width / by);
  const reduced = new Uint8Array(width * Math.ceil(size.height / by)).fill(labels.inside);
  for (let y = 0; y < size.height; y++) {
    const row = Math.floor(y / by) * width;
    for (let x = 0; x < size.width; x++) {
      const cell = row + Math.floor(x / by);
      const seed = seeds[y * size.width + x] as number;
      const known = reduced[cell] as number;
      if (seed === labels.unknown) reduced[cell] = labels.unknown;
      else if (seed === labels.outside && known === labels.inside) reduced[cell] = labels.outside;
    }
  }
  return reduced;
}

/** A small mask at full size: interpolated between the squares' centres and cut at one half, so that its edge is no staircase. */
export function enlargeMask(
  mask: Uint8Array,
  size: { readonly width: number; readonly height: number },
  by: number,
): Uint8Array {
  if (by === 1) return mask;
  const width = Math.ceil(size.width / by);
  const height = Math.ceil(size.height / by);
  const columns = tapsOf(size.width, width, by);
  const rows = tapsOf(size.height, height, by);
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0, at = 0; y < size.height; y++) {
    const upper = (rows.first[y] as number) * width;
    const lower = (rows.second[y] as number) * width;
    const down = rows.share[y] as number;
    for (let x = 0; x < size.width; x++, at++) {
      const [left, right] = [columns.first[x] as number, columns.second[x] as number];
      const across = columns.share[x] as number;
      const above = (mask[upper + left] as number) * (1 - across) + (mask[upper + right] as number) * across;
      const below = (mask[lower + left] as number) * (1 - across) + (mask[lower + right] as number) * across;
      data[at] = above * (1 - down) + below * down > 0.5 ? 1 : 0;
    }
  }
  return data;
}

interface Taps {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  readonly share: Float32Array;
}

function tapsOf(pixels: number, cells: number, by: number): Taps {
  const first = new Uint32Array(pixels);
  const second = new Uint32Array(pixels);
  const share = new Float32Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const place = Math.min(Math.max((pixel + 0.5) / by - 0.5, 0), cells - 1);
    first[pixel] = Math.floor(place);
    second[pixel] = Math.min(Math.floor(place) + 1, cells - 1);
    share[pixel] = place - Math.floor(place);
  }
  return { first, second, share };
}
