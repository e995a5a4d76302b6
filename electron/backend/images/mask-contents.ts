import { basename } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { grouped } from '../../common/grouped.ts';
import { createBreather } from '../app/breather.ts';
import { decodeRgb, probeImage } from './image-decoder.ts';
import type { RgbImage } from './rgb-image.ts';

/** A file that is called like the mask of a picture. */
export interface NamedMask {
  readonly path: string;
  readonly picture: string;
  /** The same for files that are called masks for the same reason: their folders have one name, or one word stands behind theirs. */
  readonly alike: string;
  /** Whether a folder of masks says so; a word behind the name (`bottle_label.png`) may mean anything. */
  readonly isInMasks: boolean;
}

/** So many of each kind of name are looked at; where they agree, the rest is believed. */
const looks = 12;

/**
 * The files that are called like masks and are pictures all the same, by what they show: a mask has few values in large patches, and is as large as its picture.
 * A file that cannot be read is what it is called.
 */
export async function picturesCalledMasks(
  named: readonly NamedMask[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const pictures = new Set<string>();
  for (const alike of grouped(named, (each) => each.alike).values()) {
    const step = Math.max(1, Math.ceil(alike.length / looks));
    const first = alike.filter((_, at) => at % step === 0);
    const found = await picturesAmong(first, signal);
    const isMixed = found.length > 0 && found.length < first.length;
    const all = isMixed ? await picturesAmong(alike, signal) : found.length > 0 ? alike : [];
    for (const { path } of all) pictures.add(path);
  }
  return pictures;
}

async function picturesAmong(named: readonly NamedMask[], signal: AbortSignal): Promise<NamedMask[]> {
  const pictures: NamedMask[] = [];
  for (const each of named) {
    signal.throwIfAborted();
    try {
      if (!(await isMask(each))) pictures.push(each);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return pictures;
}

async function isMask({ path, picture, isInMasks }: NamedMask): Promise<boolean> {
  const found = await decodeRgb(path, basename(path));
  const { colours, isGrey } = await looksOf(found);
  if (isInMasks) return colours !== 'many' || isGrey;
  const of = await probeImage(picture, basename(picture));
  const isAsLarge = of.width === found.width && of.height === found.height;
  // A photo that its EXIF orientation turns may have a mask that lies on its side.
  const isTurned = of.orientation > 4 && of.width === found.height && of.height === found.width;
  if (!isAsLarge && !isTurned) return false;
  if (colours === 'few') return !(await isSamePicture(found, await decodeRgb(picture, basename(picture))));
  // Shades of grey beside a coloured picture are how sure somebody was of each pixel; beside a grey one they are another picture.
  return isGrey && !(await looksOf(await decodeRgb(picture, basename(picture)))).isGrey;
}

/** A drawing that was saved twice, as PNG and as JPEG, has few colours too. */
async function isSamePicture(a: RgbImage, b: RgbImage): Promise<boolean> {
  if (a.data.length !== b.data.length) return false;
  let [difference, bytes] = [0, 0];
  for await (const [start, end] of rowsOf(a)) {
    for (let at = start; at < end; at++)
      difference += Math.abs((a.data[at] as number) - (b.data[at] as number));
    bytes += end - start;
  }
  return difference / bytes < 8;
}

/** So many pixels say what a picture looks like. */
const mostPixels = 1_000_000;

/** Where rows begin and end in its bytes: all of a small picture's, of a large one as many as are enough, evenly; others are answered meanwhile. */
async function* rowsOf({ width, height }: RgbImage): AsyncGenerator<readonly [number, number]> {
  const breathe = createBreather(null);
  const step = Math.max(1, Math.ceil((width * height) / mostPixels));
  for (let row = 0; row < height; row += step) {
    yield [row * width * 3, (row + 1) * width * 3];
    await breathe();
  }
}

interface Looks {
  readonly colours: 'few' | 'many';
  readonly isGrey: boolean;
}

/** Beyond these a label picture has no classes, and smoothed edges have no pixels. */
const mostColours = 256;
const mainColours = 64;

async function looksOf(picture: RgbImage): Promise<Looks> {
  const { width, data } = picture;
  const counts = new Map<number, number>();
  const shades = new Uint32Array(16);
  let isGrey = true;
  let [pixels, neighbours, same] = [0, 0, 0];
  for await (const [start, end] of rowsOf(picture)) {
    pixels += width;
    neighbours += width - 1;
    for (let at = start; at < end; at += 3) {
      const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
      if (Math.abs(red - green) > 24 || Math.abs(red - blue) > 24) isGrey = false;
      const colour = (red << 16) | (green << 8) | blue;
      // Of a photograph it is enough to know that they are very many.
      if (counts.size < 1 << 16 || counts.has(colour)) counts.set(colour, (counts.get(colour) ?? 0) + 1);
      shades[red >> 4] = (shades[red >> 4] as number) + 1;
      const next = at + 3;
      // What JPEG makes of a flat patch is nearly flat.
      if (
        next < end &&
        Math.abs((data[next] as number) - red) + Math.abs((data[next + 1] as number) - green) < 16
      )
        same++;
    }
  }
  const isFlat = width < 2 || same / neighbours > 0.6;
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, mainColours);
  const share = most.reduce((sum, count) => sum + count, 0) / pixels;
  const [first = 0, second = 0] = [...shades].sort((a, b) => b - a);
  // A grey photograph never has more than 256 shades: there it counts how many pixels are of two of them.
  const isFew = isGrey
    ? counts.size <= mainColours || (first + second) / pixels >= 0.85
    : counts.size <= mostColours || share >= 0.9;
  return { colours: isFlat && isFew ? 'few' : 'many', isGrey };
}
