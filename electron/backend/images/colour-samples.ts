import { type Lab, labOf } from '../../common/lab.ts';
import type { RgbImage } from './rgb-image.ts';

/** Colours are looked at in so many rows and columns at most. */
const sampledSide = 64;

/** The picture's colours, spread evenly over it. */
export function colourSamples({ width, height, data }: RgbImage): readonly Lab[] {
  const [columns, rows] = [Math.min(sampledSide, width), Math.min(sampledSide, height)];
  return Array.from({ length: columns * rows }, (_, index) => {
    const x = Math.floor((((index % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(index / columns) + 0.5) * height) / rows);
    const at = 3 * (y * width + x);
    return labOf(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
  });
}
