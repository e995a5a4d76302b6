import sharp, { type Sharp } from 'sharp';
import { AppError } from '../../common/errors.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * The only file that decodes or encodes pictures. The work runs in sharp's own threads.
 * Alpha is dropped, not blended: the reference reads with OpenCV's IMREAD_COLOR, and what a person sees must be what the model sees.
 */
// Its cache goes by file name and would show the old picture of a file that has changed.
sharp.cache(false);

/** libvips' own limit; a picture of this size takes 0.8 GB as RGB. */
const maximumPixels = 268_402_689;
const maximumSide = 65_535;
const minimumSide = 2;

const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif']);
export const imageExtensions: ReadonlySet<string> = new Set([
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
]);

export interface ImageFacts {
  /** Orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
}

/** @throws AppError 'file-not-found', 'not-an-image', 'image-damaged', 'image-too-small', 'image-too-large' */
export async function probeImage(source: string | Uint8Array, name: string): Promise<ImageFacts> {
  const found = await deciding(name, () => sharp(source, { limitInputPixels: false }).metadata());
  if (!formats.has(found.format)) throw notAnImage(name, `It holds ${found.format.toUpperCase()}.`);
  const { width, height } = found.autoOrient;
  const facts = { name, width, height };
  if (width < minimumSide || height < minimumSide) {
    throw new AppError(
      'image-too-small',
      `${name} is ${width} x ${height} pixels; the least is ${minimumSide} x ${minimumSide}.`,
      facts,
    );
  }
  if (width > maximumSide || height > maximumSide || width * height > maximumPixels) {
    throw new AppError(
      'image-too-large',
      `${name} is ${width} x ${height} pixels; the limit is ${maximumSide} a side and ${Math.floor(maximumPixels / 1e6)} million in all.`,
      facts,
    );
  }
  return { width, height, format: found.format };
}

/**
 * The whole picture at full size. 16-bit values keep their upper byte, as OpenCV does; an embedded colour profile is applied;
 * of an animation, the first frame.
 *
 * @throws AppError as probeImage, and 'image-damaged' when the file ends early or its data is broken
 */
export async function decodeRgb(source: string | Uint8Array, name: string): Promise<RgbImage> {
  await probeImage(source, name);
  const { data, info } = await deciding(name, () =>
    sharp(source, { failOn: 'error', limitInputPixels: maximumPixels })
      .autoOrient()
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  return { width: info.width, height: info.height, data };
}

/**
 * A photograph at the size of a level of the pyramid, without its full size ever being in memory: a JPEG can be decoded at a half, a
 * quarter or an eighth. Almost what halving gives (within a few of 255); for looking at, never for the model.
 *
 * @returns null for every other format: those are decoded whole anyway
 * @throws AppError as decodeRgb
 */
export async function decodeReduced(
  source: string | Uint8Array,
  name: string,
  size: { readonly width: number; readonly height: number },
): Promise<RgbImage | null> {
  const { format } = await probeImage(source, name);
  if (format !== 'jpeg') return null;
  const { data, info } = await deciding(name, () =>
    sharp(source, { failOn: 'error', limitInputPixels: maximumPixels })
      .autoOrient()
      .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  return { width: info.width, height: info.height, data };
}

/** Half as wide and high, rounded up: the next level of the pyramid. */
export async function halveImage(image: RgbImage): Promise<RgbImage> {
  const width = Math.ceil(image.width / 2);
  const height = Math.ceil(image.height / 2);
  const data = await pixelsOf(image)
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { width, height, data };
}

/** No loss: above 100 % every pixel is shown as it is. Weak compression, since a tile travels only a few metres. */
export async function encodeTile(image: RgbImage): Promise<Uint8Array> {
  return pixelsOf(image).png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer();
}

export async function encodeThumbnail(image: RgbImage, longSide: number): Promise<Uint8Array> {
  return pixelsOf(image)
    .resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
}

/** For exports that need a picture file: overlays and single masks. */
export async function encodePng(picture: {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}): Promise<Uint8Array> {
  const { width, height, channels, data } = picture;
  const pipeline = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return (channels === 1 ? pipeline.toColourspace('b-w') : pipeline).png({ compressionLevel: 6 }).toBuffer();
}

/** A drawing of our own making as PNG; never one from outside. Its texts need a font on the machine. */
export async function renderSvg(svg: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg), { limitInputPixels: false, unlimited: true })
    .png({ compressionLevel: 6 })
    .toBuffer();
}

function pixelsOf(image: RgbImage): Sharp {
  return sharp(image.data, {
    raw: { width: image.width, height: image.height, channels: 3 },
    limitInputPixels: false,
  });
}

/** libvips only speaks in sentences; these are the ones it says about bad input. */
async function deciding<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    if (/missing/iu.test(reason)) {
      throw new AppError('file-not-found', `There is no file ${name} any more.`, { name }, { cause: error });
    }
    if (/unsupported image format|empty/iu.test(reason)) throw notAnImage(name, '');
    if (/exceeds pixel limit/iu.test(reason)) {
      throw new AppError('image-too-large', `${name} has too many pixels.`, { name }, { cause: error });
    }
    throw new AppError('image-damaged', `${name} is damaged: ${reason}`, { name, reason }, { cause: error });
  }
}

function notAnImage(name: string, fact: string): AppError {
  const known = 'JPEG, PNG, WebP, GIF, TIFF or AVIF';
  const sentence = [`${name} is not a picture this app can read.`, fact, `It reads ${known}.`];
  return new AppError('not-an-image', sentence.filter((part) => part !== '').join(' '), { name });
}
