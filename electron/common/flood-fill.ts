import type { BitmapCrop } from './bitmap.ts';
import type { Box, ImagePoint } from './geometry.ts';
import { assert } from './errors.ts';
import type { Connectivity } from './components.ts';

/** A rectangle of the image's colours: u8 [box height, box width, 3], `box` in image pixels. */
export interface RgbCrop {
  readonly box: Box;
  readonly rgb: Uint8Array;
}

export interface WandOptions {
  /** Largest difference allowed in any of red, green and blue from the clicked pixel, 0..255. */
  readonly tolerance: number;
  /** True: only what hangs together with the clicked pixel. False: every such pixel of the rectangle. */
  readonly contiguous: boolean;
  readonly connectivity?: Connectivity;
}

/**
 * The magic wand: pixels whose colour is like the clicked pixel's. Compared with the clicked colour, not with
 * the neighbour's, so that a slow gradient does not leak everywhere.
 *
 * @param seed  in image pixels; nothing is selected when it lies outside the rectangle
 */
export function selectByColour(image: RgbCrop, seed: ImagePoint, options: WandOptions): BitmapCrop {
  const [left, top, width, height] = image.box;
  assert(image.rgb.length === width * height * 3, 'a colour crop has three bytes for each pixel of its box');
  const data = new Uint8Array(width * height);
  const x = seed.x - left;
  const y = seed.y - top;
  if (x < 0 || y < 0 || x >= width || y >= height) return { box: image.box, data };
  const isAlike = alikeTo(image.rgb, y * width + x, options.tolerance);
  if (!options.contiguous) {
    for (let at = 0; at < data.length; at++) data[at] = isAlike(at) ? 1 : 0;
    return { box: image.box, data };
  }
  const reach = options.connectivity === 8 ? 1 : 0;
  flood({ data, width, height, start: y * width + x, reach, isAlike });
  return { box: image.box, data };
}

function alikeTo(rgb: Uint8Array, seed: number, tolerance: number): (at: number) => boolean {
  const red = rgb[3 * seed] as number;
  const green = rgb[3 * seed + 1] as number;
  const blue = rgb[3 * seed + 2] as number;
  return (at) =>
    Math.abs((rgb[3 * at] as number) - red) <= tolerance &&
    Math.abs((rgb[3 * at + 1] as number) - green) <= tolerance &&
    Math.abs((rgb[3 * at + 2] as number) - blue) <= tolerance;
}

interface Flood {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly start: number;
  readonly reach: number;
  readonly isAlike: (at: number) => boolean;
}

/** Row stretches instead of single pixels: the stack stays small and memory is read in order. */
function flood({ data, width, height, start, reach, isAlike }: Flood): void {
  const isOpen = (at: number): boolean => data[at] === 0 && isAlike(at);
  const stack = [start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (!isOpen(at)) continue;
    const rowStart = at - (at % width);
    let from = at;
    let past = at + 1;
    while (from > rowStart && isOpen(from - 1)) from--;
    while (past < rowStart + width && isOpen(past)) past++;
    data.fill(1, from, past);
    const nearFrom = Math.max(from - reach, rowStart);
    const nearPast = Math.min(past + reach, rowStart + width);
    for (const shift of [-width, width]) {
      if (rowStart + shift < 0 || rowStart + shift >= width * height) continue;
      let wasOpen = false;
      for (let near = nearFrom + shift; near < nearPast + shift; near++) {
        const open = isOpen(near);
        if (open && !wasOpen) stack.push(near);
        wasOpen = open;
      }
    }
  }
}
