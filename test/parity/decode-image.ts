import sharp from 'sharp';
import type { RgbImage } from '../../native-models/runtime/image/resize.ts';

/**
 * An image file as OpenCV's imread gives it: 8-bit RGB, orientation applied, alpha dropped (not composited), 16 bits cut to their upper 8.
 * Source: native-models/pixellm/REFERENCE.md section 1
 */
export async function decodeImage(path: string): Promise<RgbImage> {
  const oriented = sharp(path).autoOrient();
  const { depth } = await sharp(path).metadata();
  const isDeep = depth === 'ushort';
  // sharp's own 16 -> 8 bit conversion rounds; OpenCV shifts.
  const pipeline = isDeep ? oriented.toColourspace('rgb16') : oriented.toColourspace('srgb');
  const { data, info } = await pipeline
    .removeAlpha()
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const samples = isDeep
    ? Uint8Array.from(new Uint16Array(data.buffer, data.byteOffset, data.length / 2), (value) => value >> 8)
    : new Uint8Array(data);
  return { width: info.width, height: info.height, rgb: toThreeChannels(samples, info.channels) };
}

function toThreeChannels(samples: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return samples;
  return Uint8Array.from(
    { length: (samples.length / channels) * 3 },
    (_, index) => samples[Math.floor(index / 3) * channels] ?? 0,
  );
}
