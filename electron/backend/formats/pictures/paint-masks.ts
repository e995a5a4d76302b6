import type { BitmapCrop } from '../../../common/bitmap.ts';
import { cropOf } from '../../../common/mask-region.ts';
import type { Runs } from '../../../common/runs.ts';
import type { RgbImage } from '../../images/rgb-image.ts';

export interface PaintedMask {
  readonly mask: Runs;
  /** #rrggbb */
  readonly colour: string;
}

/**
 * The image with masks laid over it, the last one on top: a tint of `opacity` inside, and the pixels at a mask's edge in its full
 * colour, so that neighbours of one colour stay apart.
 */
export function paintMasks(image: RgbImage, masks: readonly PaintedMask[], opacity: number): RgbImage {
  const data = Uint8Array.from(image.data);
  for (const { mask, colour } of masks)
    paintOne(data, image.width, cropOf(mask), channelsOf(colour), opacity);
  return { width: image.width, height: image.height, data };
}

function paintOne(
  data: Uint8Array,
  stride: number,
  crop: BitmapCrop,
  colour: readonly number[],
  opacity: number,
): void {
  const [left, top, width, height] = crop.box;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (crop.data[row * width + column] === 0) continue;
      const share = isAtEdge(crop, column, row) ? 1 : opacity;
      const at = 3 * ((top + row) * stride + left + column);
      for (let channel = 0; channel < 3; channel++) {
        const below = data[at + channel] as number;
        data[at + channel] = Math.round(below + share * ((colour[channel] as number) - below));
      }
    }
  }
}

function isAtEdge({ box, data }: BitmapCrop, column: number, row: number): boolean {
  const [, , width, height] = box;
  if (column === 0 || row === 0 || column === width - 1 || row === height - 1) return true;
  const at = row * width + column;
  return data[at - 1] === 0 || data[at + 1] === 0 || data[at - width] === 0 || data[at + width] === 0;
}

function channelsOf(colour: string): readonly number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
