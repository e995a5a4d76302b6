import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { AppError } from '../../common/errors.ts';
import { decodeBmp } from './bmp.ts';
import { type BmpLayout, damagedBmp, isBmp, lengthOfBmp, readBmpHeader } from './bmp-header.ts';
import { createBudget } from './decoding-budget.ts';
import { decodeHeic } from './heic.ts';
import { firstBytes, headOf, missing } from './first-bytes.ts';
import { isMovingAvif, kindBytes, type PictureKind, pictureKindOf } from './picture-kind.ts';
import type { RgbImage } from './rgb-image.ts';
import { adobeInks, rgbFromInks, rgbFromPlainInks } from './inks.ts';
import { stretchValues } from './stretch-values.ts';

/**
 * The only file that decodes or encodes pictures (apart from heic.ts and bmp.ts, which it calls). The work runs in sharp's own threads.
 * The reference reads with OpenCV's IMREAD_COLOR, and what a person sees must be what the model sees: alpha is dropped, not blended; a colour
 * profile is not applied; CMYK becomes RGB by OpenCV's own formula.
 */
// Its cache goes by file name and would show the old picture of a file that has changed.
sharp.cache(false);

/** libvips' own limit; a picture of this size takes 0.8 GB as RGB. */
const maximumPixels = 268_402_689;
const maximumSide = 65_535;
/** Pixels that are decoded at once: one picture of the largest size, or many of the usual ones. Eight of the largest took 6.2 GB. */
const withinBudget = createBudget(300_000_000);
/** A HEIC does not say its size before it is decoded. */
const heicPixels = 100_000_000;
const minimumSide = 2;

const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif']);
export interface ImageFacts {
  /** Orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** EXIF orientation, 1 for upright; from 5 on the sides are exchanged. */
  readonly orientation: number;
}

/** A picture, and what a person should know of how it was read. */
export interface DecodedPicture {
  readonly image: RgbImage;
  readonly notes: readonly string[];
}

/** @throws AppError 'file-not-found', 'not-an-image', 'image-damaged', 'image-too-small', 'image-too-large' */
export async function probeImage(source: string | Uint8Array, name: string): Promise<ImageFacts> {
  const head = await firstBytes(source, name);
  const kind = pictureKindOf(head);
  if (kind?.reader === 'heic') {
    const { image } = await wholeHeic(source, name);
    return { width: image.width, height: image.height, format: 'heic', orientation: 1 };
  }
  if (kind?.reader === 'bmp') {
    const layout = readBmpHeader(head, name);
    if (layout.packing === 'picture-inside') return probeImage(await insideBmp(source, name, layout), name);
    checkSides(layout.width, layout.height, name);
    return { width: layout.width, height: layout.height, format: 'bmp', orientation: 1 };
  }
  return factsOf(await metadataOf(await stillOf(source, head), name, kind), name);
}

/** @param kind what the file's first bytes say it is */
async function metadataOf(
  source: string | Uint8Array,
  name: string,
  kind: PictureKind | null,
): Promise<Metadata> {
  if (kind?.isRaw) throw notAnImage(name, kind.name);
  const found = await deciding(name, kind?.name ?? null, () =>
    sharp(source, { limitInputPixels: false }).metadata(),
  );
  if (!formats.has(found.format))
    throw notAnImage(name, kind?.name ?? `a ${found.format.toUpperCase()} picture`);
  return found;
}

function factsOf(found: Metadata, name: string): ImageFacts {
  const { width, height } = found.autoOrient;
  checkSides(width, height, name);
  return { width, height, format: found.format, orientation: found.orientation ?? 1 };
}

function checkSides(width: number, height: number, name: string): void {
  const facts = { name, width, height };
  if (width < minimumSide || height < minimumSide) {
    throw new AppError(
      'image-too-small',
      `${name} is ${width} x ${height} pixels; the least is ${minimumSide} x ${minimumSide}.`,
      facts,
    );
  }
  if (width <= maximumSide && height <= maximumSide && width * height <= maximumPixels) return;
  throw new AppError(
    'image-too-large',
    `${name} is ${width} x ${height} pixels; the limit is ${maximumSide} a side and ${Math.floor(maximumPixels / 1e6)} million in all.`,
    facts,
  );
}

/** The whole picture at full size, as `decodePicture` reads it. @throws AppError as decodePicture */
export async function decodeRgb(source: string | Uint8Array, name: string): Promise<RgbImage> {
  return (await decodePicture(source, name)).image;
}

/**
 * The whole picture at full size. Of 16 bits the upper 8 are kept, as OpenCV does; of an animation or several pages, the first. Values
 * no screen has (floating point, signed, 32 bits, 16 bits of which only the lowest are used) are stretched from their own range.
 *
 * @throws AppError as probeImage, and 'image-damaged' when the file ends early or its data is broken
 */
export async function decodePicture(source: string | Uint8Array, name: string): Promise<DecodedPicture> {
  const head = await firstBytes(source, name);
  const kind = pictureKindOf(head);
  if (kind?.reader === 'heic') return withinBudget(heicPixels, () => wholeHeic(source, name));
  if (kind?.reader === 'bmp') return wholeBmp(source, name, head);
  const still = await stillOf(source, head);
  const found = await metadataOf(still, name, kind);
  const { width, height } = factsOf(found, name);
  const { image, notes } = await withinBudget(width * height, () => decodeFound(still, name, found));
  const isMoving = still !== source;
  return {
    image,
    notes: isMoving ? [`${name} is a moving picture; only one frame is used.`, ...notes] : notes,
  };
}

/** The file as sharp reads it: of a moving AVIF, as its first bytes say, the still one, which it finds where that is the main brand. */
async function stillOf(source: string | Uint8Array, head: Uint8Array): Promise<string | Uint8Array> {
  if (!isMovingAvif(head)) return source;
  const still = Buffer.from(typeof source === 'string' ? await readFile(source) : source);
  still.write('avif', 8, 'latin1');
  return still;
}

async function decodeFound(
  source: string | Uint8Array,
  name: string,
  found: Metadata,
): Promise<DecodedPicture> {
  const notes = notesOn(found, name);
  if (found.space === 'cmyk') return { image: await decodeInks(source, name, found), notes };
  if (!isOfScreenDepth(found)) return decodeWide(source, name, found, notes);
  const { data, info } = await deciding(name, null, () =>
    whole(source).toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  const image = { width: info.width, height: info.height, data };
  // Twelve bits in a file of sixteen: the upper eight alone would be all but black.
  if (found.depth === 'ushort' && isNearlyBlack(data)) return decodeWide(source, name, found, notes);
  return { image, notes };
}

/**
 * A small picture that is a mask: where its first channel, or its alpha, is not 0. Of any size down to one pixel.
 *
 * @returns u8 [height, width], 0 or 1
 * @throws AppError 'not-an-image', 'image-damaged', 'image-too-large'
 */
export async function decodeMask(
  source: Uint8Array,
  name: string,
  channel: 'value' | 'alpha',
): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8Array }> {
  const { data, info } = await deciding(
    name,
    pictureKindOf(source.subarray(0, kindBytes))?.name ?? null,
    () =>
      sharp(source, { failOn: 'error', limitInputPixels: maximumPixels, ignoreIcc: true })
        .ensureAlpha()
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  const offset = channel === 'value' ? 0 : channels - 1;
  const mask = new Uint8Array(width * height);
  for (let at = 0; at < mask.length; at++) mask[at] = data[at * channels + offset] === 0 ? 0 : 1;
  return { width, height, data: mask };
}

/**
 * The numbers of a grey picture of 16 bits, as instances and large sets of classes are stored; null for every other picture.
 *
 * @returns u16 [height, width]
 * @throws AppError as decodeRgb
 */
export async function decodeGrey16(
  source: Uint8Array,
  name: string,
): Promise<{ readonly width: number; readonly height: number; readonly data: Uint16Array } | null> {
  const kind = pictureKindOf(source.subarray(0, kindBytes));
  if (kind?.reader) return null;
  const found = await metadataOf(source, name, kind);
  if (found.depth !== 'ushort' || (found.space !== 'grey16' && found.space !== 'b-w')) return null;
  factsOf(found, name);
  const { data, info } = await deciding(name, null, () =>
    whole(source).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true }),
  );
  const { width, height } = info;
  return { width, height, data: new Uint16Array(new Uint8Array(data).buffer) };
}

function whole(source: string | Uint8Array): Sharp {
  return sharp(source, { failOn: 'error', limitInputPixels: maximumPixels, ignoreIcc: true })
    .autoOrient()
    .removeAlpha();
}

const wordsForDepth: Readonly<Record<string, string>> = {
  ...{ char: 'signed 8-bit', short: 'signed 16-bit', ushort: '16-bit', int: 'signed 32-bit', uint: '32-bit' },
  ...{ float: 'floating-point', double: 'double-precision' },
};

function isOfScreenDepth({ depth }: Metadata): boolean {
  return depth === 'uchar' || depth === 'ushort';
}

function isNearlyBlack(data: Uint8Array): boolean {
  return data.every((value) => value < 16);
}

/** Values beyond what a screen shows. @throws AppError 'not-an-image' for numbers that are no brightness */
async function decodeWide(
  source: string | Uint8Array,
  name: string,
  found: Metadata,
  notes: readonly string[],
): Promise<DecodedPicture> {
  const words = wordsForDepth[found.depth];
  const { space } = found;
  if (words === undefined) throw notAnImage(name, `a picture of ${found.depth} values`);
  // libvips cuts 16 signed bits off at 0 on their way out, so they go above it first.
  const lift = found.depth === 'short' || found.depth === 'char' ? 32_768 : 0;
  const { data, info } = await deciding(name, null, () =>
    (lift === 0 ? whole(source) : whole(source).linear(1, lift))
      .pipelineColourspace(space)
      .toColourspace(space)
      .raw({ depth: 'float' })
      .toBuffer({ resolveWithObject: true }),
  );
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const stretched = stretchValues(values, { ...info, channels: info.channels });
  const [low, high] = [stretched.low - lift, stretched.high - lift];
  return {
    image: { width: info.width, height: info.height, data: stretched.data },
    notes: [
      ...notes,
      low === high
        ? `${name} holds ${words} values that are all ${shown(low)}: it is shown black.`
        : `${name} holds ${words} values from ${shown(low)} to ${shown(high)}; this range is shown as black to white, to you and to the model.`,
    ],
  };
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Printing inks, as OpenCV makes them RGB; of 16 bits the upper 8 are kept. @throws AppError 'not-an-image' for numbers that are no inks */
async function decodeInks(
  source: string | Uint8Array,
  name: string,
  { format, depth }: Metadata,
): Promise<RgbImage> {
  if (depth !== 'uchar' && depth !== 'ushort') throw notAnImage(name, `a picture of inks in ${depth} values`);
  const { data, info } = await deciding(name, null, () =>
    sharp(source, { failOn: 'error', limitInputPixels: maximumPixels, ignoreIcc: true })
      .autoOrient()
      .pipelineColourspace('cmyk')
      .toColourspace('cmyk')
      .raw({ depth })
      .toBuffer({ resolveWithObject: true }),
  );
  const inks = depth === 'uchar' ? data : data.filter((_, at) => at % 2 === 1); // little-endian, as every machine this runs on
  const { width, height, channels } = info;
  if (format !== 'jpeg') return { width, height, data: rgbFromPlainInks(inks, channels) };
  const isAdobe = adobeInks(typeof source === 'string' ? await headOf(source, name, 1 << 16) : source);
  return { width, height, data: rgbFromInks(inks, { channels, isAdobe }) };
}

function notesOn({ pages = 1, format, channels, space }: Metadata, name: string): string[] {
  const what = format === 'gif' || format === 'webp' ? 'frames' : 'pages';
  const colours = space === 'b-w' || space === 'grey16' ? 1 : space === 'cmyk' ? 4 : 3;
  return [
    ...(pages > 1 ? [`${name} has ${pages} ${what}; only the first is used.`] : []),
    ...(channels > colours + 1
      ? [`${name} has ${channels} bands; only the first ${colours === 1 ? 'one is' : `${colours} are`} used.`]
      : []),
  ];
}

async function wholeHeic(source: string | Uint8Array, name: string): Promise<DecodedPicture> {
  const data = typeof source === 'string' ? await readFile(source) : source;
  const { pages, ...image } = await decodeHeic(data, name, maximumPixels);
  checkSides(image.width, image.height, name);
  return {
    image,
    notes: pages > 1 ? [`${name} has ${pages} pictures; only the first is used.`] : [],
  };
}

/** @param head the first bytes of it, more than its header */
async function wholeBmp(
  source: string | Uint8Array,
  name: string,
  head: Uint8Array,
): Promise<DecodedPicture> {
  const layout = readBmpHeader(head, name);
  if (layout.packing === 'picture-inside') return decodePicture(await insideBmp(source, name, layout), name);
  const { width, height } = layout;
  checkSides(width, height, name);
  return withinBudget(width * height, async () =>
    decodeBmp(await headOf(source, name, lengthOfBmp(layout)), layout, name),
  );
}

/** A JPEG or PNG in a BMP's clothes, as printers get them. @throws AppError 'image-damaged' where there is none, or a BMP again */
async function insideBmp(
  source: string | Uint8Array,
  name: string,
  { start }: BmpLayout,
): Promise<Uint8Array> {
  const inside = (typeof source === 'string' ? await readFile(source) : source).subarray(start);
  if (inside.length === 0 || isBmp(inside)) throw damagedBmp(name, 'it holds no picture');
  return inside;
}

/**
 * A photograph at the size of a level of the pyramid, without its full size ever being in memory: a JPEG can be decoded at a half, a
 * quarter or an eighth. Almost what halving gives (within a few of 255); for looking at, never for the model.
 *
 * @returns null for every other format, and for printing inks: those are decoded whole anyway
 * @throws AppError as decodeRgb
 */
export async function decodeReduced(
  source: string | Uint8Array,
  name: string,
  size: { readonly width: number; readonly height: number },
): Promise<RgbImage | null> {
  const head = await firstBytes(source, name);
  const kind = pictureKindOf(head);
  if (kind?.reader || isMovingAvif(head)) return null;
  const found = await metadataOf(source, name, kind);
  const { format } = factsOf(found, name);
  if (format !== 'jpeg' || found.space === 'cmyk') return null;
  const { data, info } = await deciding(name, null, () =>
    sharp(source, { failOn: 'error', limitInputPixels: maximumPixels, ignoreIcc: true })
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

/** libvips only speaks in sentences; these are the ones it says about bad input. `kind` is what the file's first bytes say it is. */
async function deciding<T>(name: string, kind: string | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    if (/missing/iu.test(reason)) throw missing(name, error);
    if (kind !== null || /unsupported image format|empty/iu.test(reason)) throw notAnImage(name, kind);
    if (/exceeds pixel limit/iu.test(reason)) {
      throw new AppError('image-too-large', `${name} has too many pixels.`, { name }, { cause: error });
    }
    if (/not configured|unsupported|not supported|not implemented|bad labq/iu.test(reason)) {
      const sentence = `${name} is written in a way that this app cannot read (${reason}). Save it as PNG or JPEG first.`;
      throw new AppError('not-an-image', sentence, { name, reason }, { cause: error });
    }
    throw new AppError('image-damaged', `${name} is damaged: ${reason}`, { name, reason }, { cause: error });
  }
}

/** @param kind what the file is, with its article; null when nobody knows */
function notAnImage(name: string, kind: string | null): AppError {
  const known = 'JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF and HEIC';
  const sentence =
    kind === null
      ? `${name} is not a picture this app can read. It reads ${known}.`
      : `${name} is ${kind}, which this app cannot read. It reads ${known}.`;
  return new AppError('not-an-image', sentence, { name, kind });
}
