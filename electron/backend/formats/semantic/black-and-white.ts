import type { Size } from '../../../common/geometry.ts';
import { encodeCrop } from '../../../common/mask-region.ts';
import type { Runs } from '../../../common/runs.ts';
import { decodeGrey16, decodeRgb } from '../../images/image-decoder.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { checkSize } from '../label-maps.ts';
import { readIndexedPng } from '../read-indexed-png.ts';

/** Masks that are looked at to know how a set is meant. */
const looks = 24;

/** Whether the masks of a set are black and white, all that are looked at: 255 is then no number of a class, and no border that nobody decided. */
export async function isBinarySet(
  tree: FileTree,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const step = Math.max(1, Math.floor(paths.length / looks));
  let hasLight = false;
  for (const path of paths.filter((_, at) => at % step === 0)) {
    signal.throwIfAborted();
    const data = await tree.read(path);
    // What cannot be read is told by whoever reads it.
    const kind = data && (await kindOfMask(data, path).catch(() => null));
    if (kind === 'numbers') return false;
    if (kind === 'black and white') hasLight = true;
  }
  return hasLight;
}

async function kindOfMask(data: Uint8Array, name: string): Promise<'empty' | 'black and white' | 'numbers'> {
  const deep = await decodeGrey16(data, name);
  if (deep?.data.some((value) => value !== 0 && value !== 65_535)) return 'numbers';
  const indexed = await readIndexedPng(data);
  const greys = [0, 0xffffff];
  if (indexed?.numbers.some((number) => !greys.includes(indexed.palette[number] ?? 0))) return 'numbers';
  const { data: rgb } = await decodeRgb(data, name);
  const counts = new Uint32Array(256);
  for (let at = 0; at < rgb.length; at += 3) {
    const [red, green, blue] = [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number];
    if (Math.abs(red - green) > 24 || Math.abs(red - blue) > 24) return 'numbers';
    counts[red] = (counts[red] as number) + 1;
  }
  const used = [...counts.keys()].filter((value) => counts[value] !== 0);
  if (used.every((value) => value === 0 || (value < 16 && isJpeg(data)))) return 'empty';
  if (used.every((value) => value === 0 || value === 255)) return 'black and white';
  // Smoothed edges, or what JPEG made of two values. Classes have no four numbers of so few pixels between the ends in every picture.
  const share = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + (counts[value] as number), 0) / (rgb.length / 3);
  const between = used.filter((value) => value > 15 && value < 240);
  const hasBoth = used.some((value) => value < 16) && used.some((value) => value > 239);
  const isSoft = isJpeg(data) ? share(between) < 0.15 : between.length >= 4 && share([0, 255]) >= 0.8;
  return isSoft && hasBoth ? 'black and white' : 'numbers';
}

/** What of a mask is lighter than the middle, and whether it has anything but black and white. @throws AppError as coloursOf */
export async function lightPixels(
  data: Uint8Array,
  { name, size }: { readonly name: string; readonly size: Size },
): Promise<{ readonly mask: Runs; readonly isSoft: boolean }> {
  const { width, height, data: rgb } = await decodeRgb(data, name);
  checkSize({ width, height }, size, name);
  const light = new Uint8Array(width * height);
  let isSoft = false;
  for (let at = 0; at < light.length; at++) {
    const value = rgb[3 * at] as number;
    if (value !== 0 && value !== 255) isSoft = true;
    if (value >= 128) light[at] = 1;
  }
  return { mask: encodeCrop({ box: [0, 0, width, height], data: light }, size), isSoft };
}

export function isJpeg(data: Uint8Array): boolean {
  return data[0] === 0xff && data[1] === 0xd8;
}
