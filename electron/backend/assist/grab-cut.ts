import { labels, type GrabCutRequest } from './assist-messages.ts';
import type { Mat, OpenCv } from './opencv.ts';
import { type Picture, enlargeMask, reducePicture, reduceSeeds, reductionFor } from './reduce-picture.ts';

/** A round over half a million pixels takes a quarter of a second. */
const maximumPixels = 500_000;
/** Where the colours of the object and of its surroundings are learnt: at this size in a tenth of a second, at the one above in three. */
const learningPixels = 60_000;
const rounds = 3;
const seed = 20_260_811;

/**
 * Which pixels of the picture belong to the object, u8 [height, width] of 0 and 1. What the seeds say stays as they say it. The colours are
 * learnt on a small picture (the first clustering is nine tenths of the work), the outline is then found on one of up to half a million pixels.
 */
export function grabCut(cv: OpenCv, request: GrabCutRequest): Uint8Array {
  const by = reductionFor(request, maximumPixels);
  const picture = reducePicture(request, by);
  const seeds = withSurroundings(reduceSeeds(request.seeds, request, by), picture);
  const mask = enlargeMask(cut(cv, picture, seeds), request, by);
  const known = request.seeds;
  for (let at = 0; at < mask.length; at++) {
    const label = known[at];
    if (label !== labels.unknown) mask[at] = label === labels.inside ? 1 : 0;
  }
  return mask;
}

/** A box over the whole picture leaves nothing outside to learn from; then the picture's border is taken for it. */
function withSurroundings(
  seeds: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  if (seeds.includes(labels.outside)) return seeds;
  return seeds.map((label, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const isBorder = x === 0 || y === 0 || x === width - 1 || y === height - 1;
    return isBorder && label === labels.unknown ? labels.outside : label;
  });
}

function cut(cv: OpenCv, picture: Picture, seeds: Uint8Array): Uint8Array {
  // With nothing to tell apart OpenCV fails: then all that may belong to the object does.
  if (!hasTwoSides(seeds)) return seeds.map((value) => (value === labels.outside ? 0 : 1));
  const background = new cv.Mat();
  const foreground = new cv.Mat();
  const models = { background, foreground };
  try {
    cv.setRNGSeed(seed);
    const by = reductionFor(picture, learningPixels);
    const small = reducePicture(picture, by);
    const smallSeeds = reduceSeeds(seeds, picture, by);
    // A small seed may vanish among unknown pixels of the small picture.
    if (by === 1 || !hasTwoSides(smallSeeds))
      return run(cv, { picture, seeds, models, guess: null }, { rounds, mode: cv.GC_INIT_WITH_MASK });
    const learning = { picture: small, seeds: smallSeeds, models, guess: null };
    const guess = enlargeMask(run(cv, learning, { rounds, mode: cv.GC_INIT_WITH_MASK }), picture, by);
    return run(cv, { picture, seeds, models, guess }, { rounds: 1, mode: cv.GC_EVAL });
  } finally {
    background.delete();
    foreground.delete();
  }
}

interface Cutting {
  readonly picture: Picture;
  readonly seeds: Uint8Array;
  /** Learnt by the first run, used and bettered by the next. */
  readonly models: { readonly background: Mat; readonly foreground: Mat };
  /** What an earlier run found, u8 0 or 1; null: unknown pixels may all belong to the object. */
  readonly guess: Uint8Array | null;
}

function run(
  cv: OpenCv,
  { picture, seeds, models, guess }: Cutting,
  { rounds: count, mode }: { readonly rounds: number; readonly mode: number },
): Uint8Array {
  const image = new cv.Mat(picture.height, picture.width, cv.CV_8UC3);
  const mask = new cv.Mat(picture.height, picture.width, cv.CV_8UC1);
  try {
    image.data.set(picture.rgb);
    const meaning = {
      [labels.outside]: cv.GC_BGD,
      [labels.inside]: cv.GC_FGD,
      [labels.unknown]: cv.GC_PR_FGD,
    };
    mask.data.set(
      seeds.map((value, at) =>
        value === labels.unknown && guess?.[at] === 0 ? cv.GC_PR_BGD : meaning[value as keyof typeof meaning],
      ),
    );
    const unusedBox = new cv.Rect(0, 0, 1, 1);
    cv.grabCut(image, mask, unusedBox, models.background, models.foreground, count, mode);
    // Sure and probable foreground are the odd numbers.
    return Uint8Array.from(mask.data, (value) => value & 1);
  } finally {
    image.delete();
    mask.delete();
  }
}

function hasTwoSides(seeds: Uint8Array): boolean {
  return seeds.includes(labels.unknown) && seeds.includes(labels.outside);
}
