import type { FormatInfo } from '../../../common/contract.ts';
import type { Size } from '../../../common/geometry.ts';
import { encodeCrop } from '../../../common/mask-region.ts';
import type { Runs } from '../../../common/runs.ts';
import { decodeGrey16, decodeRgb } from '../../images/image-decoder.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { checkSize } from '../label-maps.ts';
import { readIndexedPng } from '../read-indexed-png.ts';

/** Masks that are looked at to know how a set is meant. */
const looks = 24;

/** What of a mask of black and white is the target. */
export type Meant = 'light' | 'dark';

export const binaryOption: FormatInfo['options'][number] = {
  name: 'masks',
  label: 'Black and white masks',
  choices: [
    { value: 'found', label: 'Found out: dark where white is all around' },
    { value: 'light', label: 'White is the target' },
    { value: 'dark', label: 'Black is the target' },
  ],
  initial: 'found',
};

/**
 * What the masks of a set mean where they are black and white, all that are looked at: 255 is then no number of a class, and no border that nobody decided. Dark is meant where
 * each of them is mostly white and white all along its border.
 *
 * @returns null for a set of numbers, and for one of which nothing is white
 */
export async function binaryMeaning(
  tree: FileTree,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Meant | null> {
  const step = Math.max(1, Math.floor(paths.length / looks));
  const found = { white: false, inDark: false, inWhite: false };
  for (const path of paths.filter((_, at) => at % step === 0)) {
    signal.throwIfAborted();
    const data = await tree.read(path);
    // What cannot be read is told by whoever reads it.
    const kind = data && (await kindOfMask(data, path).catch(() => null));
    if (kind === 'numbers') return null;
    if (kind === null || kind === 'empty') continue;
    found.white = true;
    if (kind === 'in white') found.inWhite = true;
    if (kind === 'in dark') found.inDark = true;
  }
  if (!found.white) return null;
  return found.inWhite && !found.inDark ? 'dark' : 'light';
}

type MaskKind = 'empty' | 'all white' | 'in dark' | 'in white' | 'numbers';

async function kindOfMask(data: Uint8Array, name: string): Promise<MaskKind> {
  const deep = await decodeGrey16(data, name);
  if (deep?.data.some((value) => value !== 0 && value !== 65_535)) return 'numbers';
  const indexed = await readIndexedPng(data);
  const greys = [0, 0xffffff];
  if (indexed?.numbers.some((number) => !greys.includes(indexed.palette[number] ?? 0))) return 'numbers';
  const { width, height, data: rgb } = await decodeRgb(data, name);
  const counts = new Uint32Array(256);
  for (let at = 0; at < rgb.length; at += 3) {
    const [red, green, blue] = [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number];
    if (Math.abs(red - green) > 24 || Math.abs(red - blue) > 24) return 'numbers';
    counts[red] = (counts[red] as number) + 1;
  }
  const used = [...counts.keys()].filter((value) => counts[value] !== 0);
  if (used.every((value) => value === 0 || (value < 16 && isJpeg(data)))) return 'empty';
  const ground = (): MaskKind => groundOf({ width, height, data: rgb }, counts);
  if (used.every((value) => value === 0 || value === 255)) return ground();
  // Smoothed edges, or what JPEG made of two values. Classes have no four numbers of so few pixels between the ends in every picture.
  const share = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + (counts[value] as number), 0) / (rgb.length / 3);
  const between = used.filter((value) => value > 15 && value < 240);
  const hasBoth = used.some((value) => value < 16) && used.some((value) => value > 239);
  const isSoft = isJpeg(data) ? share(between) < 0.15 : between.length >= 4 && share([0, 255]) >= 0.8;
  return isSoft && hasBoth ? ground() : 'numbers';
}

/** Which of both lies around the other. */
function groundOf({ width, height, data }: RgbImage, counts: Uint32Array): MaskKind {
  const light = counts.subarray(128).reduce((sum, count) => sum + count, 0);
  if (light === width * height) return 'all white';
  let [border, white] = [0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x += y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1)) {
      border++;
      if ((data[3 * (y * width + x)] as number) >= 128) white++;
    }
  return white >= 0.98 * border && light * 2 > width * height ? 'in white' : 'in dark';
}

/** What of a mask is lighter than the middle, or darker, and whether it has anything but black and white. @throws AppError as coloursOf */
export async function binaryPixels(
  data: Uint8Array,
  { name, size, meant }: { readonly name: string; readonly size: Size; readonly meant: Meant },
): Promise<{ readonly mask: Runs; readonly isSoft: boolean }> {
  const { width, height, data: rgb } = await decodeRgb(data, name);
  checkSize({ width, height }, size, name);
  const pixels = new Uint8Array(width * height);
  let isSoft = false;
  for (let at = 0; at < pixels.length; at++) {
    const value = rgb[3 * at] as number;
    if (value !== 0 && value !== 255) isSoft = true;
    if (value >= 128 === (meant === 'light')) pixels[at] = 1;
  }
  return { mask: encodeCrop({ box: [0, 0, width, height], data: pixels }, size), isSoft };
}

export function isJpeg(data: Uint8Array): boolean {
  return data[0] === 0xff && data[1] === 0xd8;
}
