import { ModelError } from '../../errors.ts';
import type { Placement } from '../../shapes.ts';
import { placeImage } from '../image/placement.ts';
import { type RgbImage, resizeBilinear } from '../image/resize.ts';
import { type HostTensor, floats, halfFloats } from '../ort-tensors.ts';
import type { PictureForm } from './signature.ts';

/** Of ImageNet, as all of these networks were trained. Source: segment-anything build_sam.py, sam2 utils/transforms.py */
const mean = [123.675, 116.28, 103.53];
const deviation = [58.395, 57.12, 57.375];

/**
 * A picture as the encoder takes it: resized as Pillow resizes, to the network's square; normalised before it is padded with zeros.
 *
 * @throws ModelError 'image-invalid', 'image-too-thin'
 */
export function preparePicture(
  image: RgbImage,
  form: Pick<PictureForm, 'layout' | 'range' | 'fit' | 'side' | 'type'>,
): HostTensor {
  if (image.rgb.length !== image.width * image.height * 3)
    throw new ModelError(
      'image-invalid',
      `An image of ${image.width} x ${image.height} pixels needs ${image.width * image.height * 3} bytes of RGB, not ${image.rgb.length}.`,
    );
  const placement = placeInSquare(image, form);
  const resized = resizeBilinear(image, { width: placement.resizedWidth, height: placement.resizedHeight });
  const isRows = form.layout === 'rows';
  const dims = isRows ? [resized.height, resized.width, 3] : [1, 3, form.side, form.side];
  const values = isRows ? Float32Array.from(resized.rgb) : channels(resized, form);
  return form.type === 'float16' ? halfFloats(values, dims) : floats(values, dims);
}

/**
 * Where a picture lies in a square of the network.
 *
 * @throws ModelError 'image-invalid', 'image-too-thin'
 */
export function placeInSquare(
  image: { readonly width: number; readonly height: number },
  { fit, side }: Pick<PictureForm, 'fit' | 'side'>,
): Placement {
  const padded = placeImage(image, side);
  return fit === 'padded' ? padded : { side, resizedWidth: side, resizedHeight: side };
}

function channels(image: RgbImage, { range, side }: Pick<PictureForm, 'range' | 'side'>): Float32Array {
  const values = new Float32Array(3 * side * side);
  for (let channel = 0; channel < 3; channel++) {
    const [least, step] =
      range === 'normalised'
        ? [mean[channel] as number, deviation[channel] as number]
        : range === 'centred'
          ? [127.5, 127.5]
          : [0, 255];
    const table = Float32Array.from({ length: 256 }, (_, value) => (value - least) / step);
    for (let y = 0; y < image.height; y++) {
      const row = y * image.width * 3 + channel;
      const out = (channel * side + y) * side;
      for (let x = 0; x < image.width; x++)
        values[out + x] = table[image.rgb[row + 3 * x] as number] as number;
    }
  }
  return values;
}
