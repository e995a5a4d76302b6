import type { AnnotationRecord } from '../../common/document.ts';
import { decodeRegion } from '../../common/mask-region.ts';
import { runsOf } from '../../common/rle.ts';

/** Share of the mask's colour over the image, as in the window. */
const opacity = 0.45;

/**
 * The image with the masks on it: filled half-transparently, edged solidly, in their order.
 *
 * @param rgb u8 [height, width, 3]; painted in place
 */
export function paintMasks(
  rgb: Uint8Array,
  imageWidth: number,
  annotations: readonly AnnotationRecord[],
): void {
  for (const annotation of annotations.toSorted((a, b) => a.order - b.order)) {
    if (annotation.area > 0) paintMask(rgb, imageWidth, annotation);
  }
}

function paintMask(rgb: Uint8Array, imageWidth: number, { mask, bbox, colour }: AnnotationRecord): void {
  const [left, top, width, height] = bbox;
  const inside = decodeRegion(runsOf(mask), bbox); // u8 [height, width]
  const channels = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && inside[y * width + x] === 1;

  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isSet(x, y)) continue;
      const isEdge = !(isSet(x - 1, y) && isSet(x + 1, y) && isSet(x, y - 1) && isSet(x, y + 1));
      const share = isEdge ? 1 : opacity;
      const start = 3 * ((top + y) * imageWidth + left + x);
      for (const [index, channel] of channels.entries()) {
        rgb[start + index] = Math.round((rgb[start + index] ?? 0) * (1 - share) + channel * share);
      }
    }
  }
}
