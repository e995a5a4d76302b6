import type { Bitmap, BitmapCrop } from '../../electron/common/bitmap.ts';
import type { Box, Size } from '../../electron/common/geometry.ts';
import { encodeCrop } from '../../electron/common/mask-region.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { randomInteger, seededRandom } from './seeded-random.ts';

export function emptyBitmap({ width, height }: Size): Bitmap {
  return { width, height, data: new Uint8Array(width * height) };
}

/** A mask drawn with characters: `#` or `1` is set, anything else is not. */
export function bitmapOf(...rows: readonly string[]): Bitmap {
  const width = rows[0]?.length ?? 0;
  const data = Uint8Array.from(rows.join(''), (character) =>
    character === '#' || character === '1' ? 1 : 0,
  );
  return { width, height: rows.length, data };
}

/** The same picture back, for readable failures. */
export function drawingOf(bitmap: Bitmap): string[] {
  return Array.from({ length: bitmap.height }, (_, row) =>
    Array.from(bitmap.data.subarray(row * bitmap.width, (row + 1) * bitmap.width), (value) =>
      value ? '#' : '.',
    ).join(''),
  );
}

export function runsOfBitmap(bitmap: Bitmap): Runs {
  return encodeCrop({ box: [0, 0, bitmap.width, bitmap.height], data: bitmap.data }, bitmap);
}

/** Every kind of mask that has broken a codec somewhere: empty, full, noise, blobs, lines, one pixel, thin images. */
export function* randomBitmaps(options: { seed: number; count: number; side?: number }): Generator<Bitmap> {
  const random = seededRandom(options.seed);
  const side = options.side ?? 24;
  for (let index = 0; index < options.count; index++) {
    const width = randomInteger(random, 1, side);
    const height = randomInteger(random, 1, side);
    yield randomBitmap(random, { width, height }, index % 5);
  }
}

export function randomBitmap(
  random: () => number,
  size: { readonly width: number; readonly height: number },
  style: number,
): Bitmap {
  const bitmap = emptyBitmap(size);
  const { width, height, data } = bitmap;
  if (style === 0) data.fill(random() < 0.5 ? 0 : 1);
  else if (style === 1) data.forEach((_, index) => (data[index] = random() < 0.5 ? 1 : 0));
  else if (style === 2) data[randomInteger(random, 0, data.length)] = 1;
  else {
    const blobs = randomInteger(random, 1, 6);
    for (let blob = 0; blob < blobs; blob++) {
      const x = random() * width;
      const y = random() * height;
      const radius = 1 + (random() * Math.max(width, height)) / 3;
      const value = style === 4 && blob % 3 === 2 ? 0 : 1;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          if ((column - x) ** 2 + (row - y) ** 2 < radius ** 2) data[row * width + column] = value;
        }
      }
    }
  }
  return bitmap;
}

/** A box that may hang over any side of the image. */
export function randomBox(
  random: () => number,
  size: { readonly width: number; readonly height: number },
): Box {
  const left = randomInteger(random, -4, size.width + 2);
  const top = randomInteger(random, -4, size.height + 2);
  return [left, top, randomInteger(random, 0, size.width + 4), randomInteger(random, 0, size.height + 4)];
}

// --- slow twins: one pixel at a time, nothing clever ------------------------------------------------

export function slowPixel(bitmap: Bitmap, x: number, y: number): number {
  const isInside = x >= 0 && y >= 0 && x < bitmap.width && y < bitmap.height;
  return isInside ? (bitmap.data[y * bitmap.width + x] as number) : 0;
}

export function slowCounts(bitmap: Bitmap): number[] {
  const counts = [0];
  let value = 0;
  for (let x = 0; x < bitmap.width; x++) {
    for (let y = 0; y < bitmap.height; y++) {
      if (slowPixel(bitmap, x, y) !== value) {
        counts.push(0);
        value = 1 - value;
      }
      counts[counts.length - 1] = (counts.at(-1) as number) + 1;
    }
  }
  return counts;
}

export function slowBox(bitmap: Bitmap): Box {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < bitmap.height; y++) {
    for (let x = 0; x < bitmap.width; x++) {
      if (!slowPixel(bitmap, x, y)) continue;
      xs.push(x);
      ys.push(y);
    }
  }
  if (xs.length === 0) return [0, 0, 0, 0];
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
}

export function slowRegion(bitmap: Bitmap, box: Box): Uint8Array {
  const [left, top, width, height] = box;
  return Uint8Array.from({ length: width * height }, (_, index) =>
    slowPixel(bitmap, left + (index % width), top + Math.floor(index / width)),
  );
}

/** A new bitmap whose every pixel is what `rule` says. */
export function slowMap(
  size: { readonly width: number; readonly height: number },
  rule: (x: number, y: number) => number | boolean,
): Bitmap {
  const bitmap = emptyBitmap(size);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) bitmap.data[y * size.width + x] = rule(x, y) ? 1 : 0;
  }
  return bitmap;
}

export function slowPaste(bitmap: Bitmap, crop: BitmapCrop): Bitmap {
  const [left, top, width, height] = crop.box;
  return slowMap(bitmap, (x, y) => {
    const isInside = x >= left && y >= top && x < left + width && y < top + height;
    return isInside ? (crop.data[(y - top) * width + x - left] as number) : slowPixel(bitmap, x, y);
  });
}
