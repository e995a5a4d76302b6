import { labels, type GrabCutRequest } from './assist-messages.ts';
import type { OpenCv } from './opencv.ts';
import { enlargeMask, reducePicture, reduceSeeds, reductionFor } from './reduce-picture.ts';

/** Half a million pixels take about a second. */
const maximumPixels = 500_000;
const rounds = 3;
const seed = 20_260_811;

/** Which pixels of the picture belong to the object, u8 [height, width] of 0 and 1. What the seeds say stays as they say it. */
export function grabCut(cv: OpenCv, request: GrabCutRequest): Uint8Array {
  const by = reductionFor(request, maximumPixels);
  const picture = reducePicture(request, by);
  const seeds = withSurroundings(reduceSeeds(request.seeds, request, by), picture);
  const mask = enlargeMask(cut(cv, picture, seeds), request, by);
  return mask.map((value, at) => {
    const known = request.seeds[at];
    return known === labels.unknown ? value : known === labels.inside ? 1 : 0;
  });
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

function cut(
  cv: OpenCv,
  picture: { readonly width: number; readonly height: number; readonly rgb: Uint8Array },
  seeds: Uint8Array,
): Uint8Array {
  // With nothing to tell apart OpenCV fails: then all that may belong to the object does.
  const hasTwoSides = seeds.includes(labels.unknown) && seeds.includes(labels.outside);
  if (!hasTwoSides) return seeds.map((value) => (value === labels.outside ? 0 : 1));
  const image = new cv.Mat(picture.height, picture.width, cv.CV_8UC3);
  const mask = new cv.Mat(picture.height, picture.width, cv.CV_8UC1);
  const background = new cv.Mat();
  const foreground = new cv.Mat();
  try {
    image.data.set(picture.rgb);
    const meaning = {
      [labels.outside]: cv.GC_BGD,
      [labels.inside]: cv.GC_FGD,
      [labels.unknown]: cv.GC_PR_FGD,
    };
    mask.data.set(seeds.map((value) => meaning[value as keyof typeof meaning]));
    cv.setRNGSeed(seed);
    const unusedBox = new cv.Rect(0, 0, 1, 1);
    cv.grabCut(image, mask, unusedBox, background, foreground, rounds, cv.GC_INIT_WITH_MASK);
    // Sure and probable foreground are the odd numbers.
    return Uint8Array.from(mask.data, (value) => value & 1);
  } finally {
    for (const matrix of [image, mask, background, foreground]) matrix.delete();
  }
}
