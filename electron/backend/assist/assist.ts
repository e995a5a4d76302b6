import {
  type Box,
  type Size,
  boxHolds,
  growBox,
  intersectBoxes,
  isEmptyBox,
  uniteBoxes,
} from '../../common/geometry.ts';
import { AppError } from '../../common/errors.ts';
import { decodeRegion, encodeCrop } from '../../common/mask-region.ts';
import { checkSameSize, type Runs } from '../../common/runs.ts';
import type { OwnRgbImage } from '../images/rgb-image.ts';
import { labels } from './assist-messages.ts';
import { reducePicture, reductionFor } from './reduce-picture.ts';
import { createWorkerLine } from './worker-line.ts';

/** The image helped with: what to call it, its size, and how to get a rectangle of its pixels. */
export interface AssistedImage extends Size {
  /** Another one for other pixels: the image's SHA-256. */
  readonly key: string;
  readonly readPixels: (box: Box, signal: AbortSignal) => Promise<OwnRgbImage>;
}

export type ImagePosition = readonly [x: number, y: number];

/** Help with edges that needs no model. Runs in a worker; one request at a time. */
export interface Assist {
  /**
   * The object inside `box`, from its colours against those around it (GrabCut). `inside` and `outside` are taken as they are.
   *
   * @throws AppError 'bad-input' for a box that misses the image, 'mask-size-mismatch'; AbortError when cancelled
   */
  grabCut(
    request: {
      readonly image: AssistedImage;
      readonly box: Box;
      readonly inside: Runs | null;
      readonly outside: Runs | null;
    },
    signal: AbortSignal,
  ): Promise<Runs>;
  /**
   * The path along edges between two points (intelligent scissors), both ends included, in image coordinates. Quick when it
   * starts where the last one started.
   *
   * @throws AppError 'bad-input' for a point outside the image; AbortError when cancelled
   */
  scissors(
    request: { readonly image: AssistedImage; readonly from: ImagePosition; readonly to: ImagePosition },
    signal: AbortSignal,
  ): Promise<[number, number][]>;
  dispose(): Promise<void>;
}

/** What surrounds an object is known by a margin of a tenth of its size, and never less than this. */
const leastMargin = 12;
/** Side of the square of pixels that scissors look at around their start, so that many ends share one reading. */
const scissorsSide = 800;
const scissorsMargin = 64;
const scissorsPixels = 700_000;

/** @param workerFile  the bundle of assist-worker.ts (dist/node/assist-worker.js) */
export function createAssist(workerFile: string): Assist {
  const line = createWorkerLine(workerFile);
  let lastView: ScissorsView | null = null;
  return {
    async grabCut({ image, box, inside, outside }, signal) {
      for (const mask of [inside, outside]) if (mask) checkSameSize(mask, image);
      const object = intersectBoxes(box, [0, 0, image.width, image.height]);
      if (isEmptyBox(object)) throw new AppError('bad-input', 'The box does not touch the image.', { box });
      const margin = Math.max(leastMargin, Math.round(Math.max(object[2], object[3]) / 10));
      const region = growBox(object, margin, image);
      const reply = await line.ask(async () => {
        const { width, height, data: rgb } = await image.readPixels(region, signal);
        const seeds = seedsOf({ region, object, inside, outside });
        const request = { type: 'grab-cut', width, height, rgb, seeds } as const;
        return { request, buffers: [rgb.buffer, seeds.buffer] };
      }, signal);
      if (reply.type !== 'mask') throw failure(reply);
      return encodeCrop({ box: region, data: reply.data }, image);
    },
    async scissors({ image, from, to }, signal) {
      for (const point of [from, to]) checkInside(point, image);
      let view = viewFor(image, from, to, line.generation());
      const reply = await line.ask(async () => {
        const known = lastView && isUsable(lastView, image, from, to, line.generation()) ? lastView : null;
        view = known ?? viewFor(image, from, to, line.generation());
        // Remembered only when the worker has it.
        lastView = null;
        const picture = known ? null : await readView(view, image, signal);
        const request = {
          type: 'scissors',
          picture,
          from: toView(view, from),
          to: toView(view, to),
        } as const;
        return { request, buffers: picture ? [picture.rgb.buffer] : [] };
      }, signal);
      if (reply.type !== 'path') throw failure(reply);
      lastView = view;
      return pathInImage(reply.points, view, from, to);
    },
    dispose: () => line.dispose(),
  };
}

function failure(reply: { readonly type: string; readonly message?: string }): AppError {
  return new AppError('internal', `The mask assistant failed: ${reply.message ?? reply.type}`, {});
}

function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Everything around the object's box is outside, what is in it unknown, but for the marks. */
function seedsOf(parts: {
  readonly region: Box;
  readonly object: Box;
  readonly inside: Runs | null;
  readonly outside: Runs | null;
}): Uint8Array<ArrayBuffer> {
  const { region, object } = parts;
  const [left, top, width, height] = region;
  const seeds = new Uint8Array(width * height);
  const [objectLeft, objectTop, objectWidth, objectHeight] = object;
  for (let row = 0; row < objectHeight; row++) {
    const start = (objectTop - top + row) * width + objectLeft - left;
    seeds.fill(labels.unknown, start, start + objectWidth);
  }
  const mark = (mask: Runs | null, label: number): void => {
    if (mask === null) return;
    const marked = decodeRegion(mask, region);
    for (let at = 0; at < marked.length; at++) if (marked[at] !== 0) seeds[at] = label;
  };
  mark(parts.inside, labels.inside);
  mark(parts.outside, labels.outside);
  return seeds;
}

// --- scissors ----------------------------------------------------------------------------------

/** The part of an image the worker has read, and how much smaller. */
interface ScissorsView {
  readonly key: string;
  readonly generation: number;
  readonly region: Box;
  readonly by: number;
}

function checkInside([x, y]: ImagePosition, { width, height }: Size): void {
  if (x >= 0 && y >= 0 && x <= width && y <= height) return;
  throw new AppError(
    'bad-input',
    `The point ${x}, ${y} lies outside the image of ${width} x ${height} pixels.`,
    { x, y },
  );
}

function isUsable(
  view: ScissorsView,
  image: AssistedImage,
  from: ImagePosition,
  to: ImagePosition,
  generation: number,
): boolean {
  const holds = (point: ImagePosition): boolean => boxHolds(view.region, pixelBox(point, image));
  return view.key === image.key && view.generation === generation && holds(from) && holds(to);
}

function viewFor(
  image: AssistedImage,
  from: ImagePosition,
  to: ImagePosition,
  generation: number,
): ScissorsView {
  const around = growBox(pixelBox(from, image), scissorsSide / 2, image);
  const end = pixelBox(to, image);
  const region = boxHolds(around, end) ? around : uniteBoxes(around, growBox(end, scissorsMargin, image));
  const by = reductionFor({ width: region[2], height: region[3] }, scissorsPixels);
  return { key: image.key, generation, region, by };
}

async function readView(
  view: ScissorsView,
  image: AssistedImage,
  signal: AbortSignal,
): Promise<{ width: number; height: number; rgb: Uint8Array<ArrayBuffer> }> {
  const { width, height, data } = await image.readPixels(view.region, signal);
  const reduced = reducePicture({ width, height, rgb: data }, view.by);
  return { width: reduced.width, height: reduced.height, rgb: ownBytes(reduced.rgb) };
}

/** The pixel a point lies in; the far border belongs to the last one. */
function pixelBox([x, y]: ImagePosition, { width, height }: Size): Box {
  return [Math.min(Math.floor(x), width - 1), Math.min(Math.floor(y), height - 1), 1, 1];
}

function toView({ region, by }: ScissorsView, [x, y]: ImagePosition): [number, number] {
  const [left, top, width, height] = region;
  const cell = (value: number, start: number, length: number): number =>
    Math.min(Math.floor((value - start) / by), Math.ceil(length / by) - 1);
  return [cell(x, left, width), cell(y, top, height)];
}

/** Middles of the path's pixels, without those on a straight way; the ends are exactly where they were asked for. */
function pathInImage(
  points: Int32Array,
  { region, by }: ScissorsView,
  from: ImagePosition,
  to: ImagePosition,
): [number, number][] {
  const [left, top, width, height] = region;
  const path: [number, number][] = [[from[0], from[1]]];
  for (let index = 2; index + 3 < points.length; index += 2) {
    const at = (offset: number): number => points[index + offset] as number;
    const isStraight = at(2) - at(0) === at(0) - at(-2) && at(3) - at(1) === at(1) - at(-1);
    if (isStraight) continue;
    path.push([
      Math.min(left + (at(0) + 0.5) * by, left + width),
      Math.min(top + (at(1) + 0.5) * by, top + height),
    ]);
  }
  path.push([to[0], to[1]]);
  return path;
}
