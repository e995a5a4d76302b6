import type { Size } from '../../common/geometry.ts';
import { encodeCrop, decodeRegion } from '../../common/mask-region.ts';
import { differenceOf, unionOf } from '../../common/mask-algebra.ts';
import { isEmptyMask, type Runs } from '../../common/runs.ts';
import { areaOf } from '../../common/runs.ts';
import { decodeGrey16, decodeRgb } from '../images/image-decoder.ts';
import { AppError } from '../../common/errors.ts';
import type { ImageToWrite, TargetToWrite } from './dataset/dataset.ts';
import type { LossList } from './format.ts';
import { readIndexedPng } from './read-indexed-png.ts';

/** Formats that give each pixel one number: what lies on top hides what lies beneath. */
export interface VisibleTarget {
  readonly target: TargetToWrite;
  /** What of it is not covered. */
  readonly mask: Runs;
}

/** What a picture of numbers keeps of each target, in paint order; what is covered whole is not among them. */
export function visibleTargets(image: ImageToWrite): VisibleTarget[] {
  const visible: VisibleTarget[] = [];
  let covered: Runs | null = null;
  for (const target of image.targets.toReversed()) {
    const mask: Runs = covered ? differenceOf(target.mask, covered) : target.mask;
    covered = covered ? unionOf(covered, target.mask) : target.mask;
    if (!isEmptyMask(mask)) visible.unshift({ target, mask });
  }
  return visible;
}

/** Says what painting one over the other has lost. */
export function noteCovered(image: ImageToWrite, visible: readonly VisibleTarget[], losses: LossList): void {
  const kept = new Map(visible.map(({ target, mask }) => [target, mask]));
  for (const target of image.targets) {
    const mask = kept.get(target);
    if (!mask)
      losses.add('Targets left out: others cover them whole, and a pixel has one number', target.where);
    else if (areaOf(mask) < areaOf(target.mask))
      losses.add(
        'Targets that others cover in part: a pixel has one number',
        `${target.where}: ${areaOf(mask)} of ${areaOf(target.mask)} pixels are left`,
      );
  }
}

/** Paints masks into a picture of numbers, u8 or u32 [height, width]. */
export function paintNumbers<Numbers extends Uint8Array | Uint32Array>(
  numbers: Numbers,
  size: Size,
  parts: readonly { readonly mask: Runs; readonly number: number }[],
): Numbers {
  for (const { mask, number } of parts) {
    const pixels = decodeRegion(mask, [0, 0, size.width, size.height]);
    pixels.forEach((pixel, at) => {
      if (pixel !== 0) numbers[at] = number;
    });
  }
  return numbers;
}

/** More than any label picture has: a photograph has a million colours. */
const mostNumbers = 20_000;

function tooMany(): AppError {
  return new AppError(
    'bad-file',
    `It has more than ${mostNumbers} colours: it is a picture, not a label picture.`,
  );
}

/** The mask of each number of a picture of numbers. @throws AppError 'bad-file' for one that is a photograph */
export function masksOfNumbers(
  numbers: Uint8Array | Uint16Array | Uint32Array,
  size: Size,
): Map<number, Runs> {
  const boxes = new Map<number, { left: number; top: number; right: number; bottom: number }>();
  numbers.forEach((number, at) => {
    const [x, y] = [at % size.width, Math.floor(at / size.width)];
    const box = boxes.get(number);
    if (!box) {
      if (boxes.size === mostNumbers) throw tooMany();
      boxes.set(number, { left: x, top: y, right: x, bottom: y });
    } else {
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.bottom = y;
    }
  });
  const masks = new Map<number, Runs>();
  for (const [number, { left, top, right, bottom }] of boxes) {
    const [width, height] = [right - left + 1, bottom - top + 1];
    const data = new Uint8Array(width * height);
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        if (numbers[(top + row) * size.width + left + column] === number) data[row * width + column] = 1;
    masks.set(number, encodeCrop({ box: [left, top, width, height], data }, size));
  }
  return masks;
}

/** A PNG's colours as numbers R + 256 G + 65536 B. @throws AppError 'mask-size-mismatch', and of image-decoder.ts */
export async function coloursOf(data: Uint8Array, name: string, size: Size): Promise<Uint32Array> {
  const { width, height, data: rgb } = await decodeRgb(data, name);
  checkSize({ width, height }, size, name);
  const colours = new Uint32Array(width * height);
  for (let at = 0; at < colours.length; at++)
    colours[at] =
      (rgb[3 * at] as number) + 256 * (rgb[3 * at + 1] as number) + 65_536 * (rgb[3 * at + 2] as number);
  return colours;
}

/** @throws AppError 'mask-size-mismatch' */
export function checkSize(found: Size, size: Size, name: string): void {
  if (found.width === size.width && found.height === size.height) return;
  const isTurned = found.width === size.height && found.height === size.width;
  const why = isTurned
    ? ': one of them lies on its side, as where a program did not apply the EXIF orientation of a photo'
    : '';
  throw new AppError(
    'mask-size-mismatch',
    `${name} has ${found.width} x ${found.height} pixels, the image has ${size.width} x ${size.height}${why}.`,
    { name },
  );
}

/** What each number of a label picture is drawn as. */
export interface LabelMasks {
  readonly masks: ReadonlyMap<number, Runs>;
  /** Whether the numbers are those of an indexed PNG, or of a grey one of 16 bits; else they are colours. */
  readonly isIndexed: boolean;
}

/**
 * The masks of a label picture: by its colours where `isKnown` knows those of its palette and no two are alike, by the numbers of an indexed PNG
 * whose palette is anybody's and those of a grey picture of 16 bits.
 *
 * @throws AppError as coloursOf
 */
export async function labelMasksOf(
  data: Uint8Array,
  { name, size }: { readonly name: string; readonly size: Size },
  isKnown: (colour: number) => boolean,
): Promise<LabelMasks> {
  const indexed = await readIndexedPng(data);
  if (indexed && indexed.width === size.width && indexed.height === size.height) {
    const used = [...new Set(indexed.numbers)].map((at) => indexed.palette[at] ?? -1);
    const tellsApart = new Set(used).size === used.length && used.every(isKnown);
    if (!tellsApart) return { masks: masksOfNumbers(indexed.numbers, size), isIndexed: true };
  }
  const deep = await decodeGrey16(data, name);
  if (deep) {
    checkSize(deep, size, name);
    return { masks: masksOfNumbers(deep.data, size), isIndexed: true };
  }
  return { masks: masksOfNumbers(await coloursOf(data, name, size), size), isIndexed: false };
}
