import { ModelError } from '../../errors.ts';
import type { Placement } from '../../shapes.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The long side becomes `side`, the short one follows, rounded half up. Small images are enlarged too.
 *
 * @throws ModelError 'image-invalid' when a side is no whole number above 0; 'image-too-thin' when the short side would vanish
 * Source: ResizeLongestSide in segment-anything; the reference then fails inside Pillow with "height and width must be > 0"
 */
export function placeImage(image: Size, side: number): Placement {
  const { width, height } = image;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new ModelError('image-invalid', `An image of ${width} x ${height} pixels cannot be read.`, {
      width,
      height,
    });
  }
  const scale = side / Math.max(width, height);
  const resizedWidth = Math.trunc(width * scale + 0.5);
  const resizedHeight = Math.trunc(height * scale + 0.5);
  if (resizedWidth < 1 || resizedHeight < 1) {
    const limit = 2 * side;
    throw new ModelError(
      'image-too-thin',
      `The image is ${width} x ${height} pixels; at the model’s size its short side would vanish. Crop it so that the long side is less than ${limit} times the short one.`,
      { width, height, side },
    );
  }
  return { side, resizedWidth, resizedHeight };
}
