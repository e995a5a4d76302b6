import { upscaleMask, type ImageMask, type MaskLogits } from '../../native-models/runtime/upscale-mask.ts';
import type { Placement } from '../../native-models/shapes.ts';
import type { Box, Size } from '../common/geometry.ts';
import type { DrawnMask } from '../common/document/records.ts';
import { encodeCrop } from '../common/mask-region.ts';
import { rleOf } from '../common/rle.ts';
import { areaOf, emptyRuns } from '../common/runs.ts';

/** The mask at the image's size: the reference's two bilinear steps, then `logit > threshold`. */
export function maskFromLogits(options: {
  readonly logits: MaskLogits;
  readonly placement: Placement;
  readonly image: Size;
  readonly threshold: number;
}): DrawnMask {
  return encodeMask(upscaleMask(options.logits, options.placement, options.image, options.threshold));
}

/** Pixels as the document keeps them. */
export function encodeMask({ box, pixels, ...image }: ImageMask): DrawnMask {
  if (box === null) return { mask: rleOf(emptyRuns(image)), bbox: [0, 0, 0, 0], area: 0 };
  const bbox: Box = [box.x, box.y, box.width, box.height];
  const runs = encodeCrop({ box: bbox, data: pixels }, image);
  return { mask: rleOf(runs), bbox, area: areaOf(runs) };
}
