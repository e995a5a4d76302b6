import { upscaleMask, type MaskLogits } from '../../native-models/runtime/upscale-mask.ts';
import type { Size } from '../common/bitmap.ts';
import type { Box, Rle } from '../common/document.ts';
import { encodeCrop } from '../common/mask-region.ts';
import { rleOf } from '../common/rle.ts';
import { areaOf, emptyRuns } from '../common/runs.ts';

export interface DrawnMask {
  readonly mask: Rle;
  readonly bbox: Box;
  readonly area: number;
}

/** Where an image lies in the network's square. */
export interface LogitPlacement {
  readonly side: number;
  readonly resizedWidth: number;
  readonly resizedHeight: number;
}

/** The mask at the image's size: the reference's two bilinear steps, then `logit > threshold`. Works only inside the box that can be set. */
export function maskFromLogits(options: {
  readonly logits: MaskLogits;
  readonly placement: LogitPlacement;
  readonly image: Size;
  readonly threshold: number;
}): DrawnMask {
  const { image } = options;
  const { bitmap, box } = upscaleMask(options.logits, options.placement, image, options.threshold);
  if (box === null) return { mask: rleOf(emptyRuns(image)), bbox: [0, 0, 0, 0], area: 0 };
  const data = new Uint8Array(box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const start = (box.y + row) * image.width + box.x;
    data.set(bitmap.subarray(start, start + box.width), row * box.width);
  }
  const bbox: Box = [box.x, box.y, box.width, box.height];
  const runs = encodeCrop({ box: bbox, data }, image);
  return { mask: rleOf(runs), bbox, area: areaOf(runs) };
}
