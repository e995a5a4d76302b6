import { imagePoint } from '../../../electron/common/geometry.ts';
import { paintSegment } from '../../../electron/common/brush.ts';
import { componentsOf, fillHoles, removeIslands } from '../../../electron/common/components.ts';
import { contoursOf } from '../../../electron/common/contour.ts';
import { selectByColour } from '../../../electron/common/flood-fill.ts';
import { unionOf } from '../../../electron/common/mask-algebra.ts';
import { decodeRegion, encodeCrop } from '../../../electron/common/mask-region.ts';
import { growMask, shrinkMask, smoothMask } from '../../../electron/common/morphology.ts';
import { fillContours } from '../../../electron/common/polygon-fill.ts';
import { rleOf, runsOf } from '../../../electron/common/rle.ts';
import { areaOf, boxOf } from '../../../electron/common/runs.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

/**
 * The mask arithmetic on the largest image of the canvas budget: one mask that covers it in waves, with specks and holes. Prints the median
 * and the worst of several runs in milliseconds. `npm run bench -- masks`
 */
const size = { width: 7680, height: 4320 };

export function main(argv: readonly string[]): Promise<number> {
  if (argv.length > 0) {
    console.error('Usage: npm run bench -- masks');
    return Promise.resolve(2);
  }
  const data = waves();
  const box = [0, 0, size.width, size.height] as const;
  const speckled = encodeCrop({ box, data }, size);
  const rle = rleOf(speckled);
  const clean = fillHoles(removeIslands(speckled, 20), 20);
  const outlines = contoursOf(clean);
  const stroke = { from: imagePoint({ x: 3000, y: 2000 }), to: imagePoint({ x: 3030, y: 2030 }) };
  const grey = new Uint8Array(size.width * size.height * 3);
  console.log(
    `${size.width} x ${size.height}, ${speckled.counts.length} runs (${clean.counts.length} cleaned)`,
  );
  const rows: readonly (readonly [string, number, () => unknown])[] = [
    ['bitmap to runs, whole image', 5, () => encodeCrop({ box, data }, size)],
    ['runs to bitmap, whole image', 5, () => decodeRegion(speckled, box)],
    ['runs to bitmap, tile of 256', 50, () => decodeRegion(speckled, [3000, 2000, 256, 256])],
    ['runs to text', 9, () => rleOf(speckled)],
    ['text to runs', 9, () => runsOf(rle)],
    ['area and box', 9, () => [areaOf(speckled), boxOf(speckled)]],
    ['union', 9, () => unionOf(speckled, clean)],
    [
      'brush of 300, 40 px far',
      50,
      () => paintSegment({ box, data }, { shape: 'round', diameter: 300 }, stroke, 1),
    ],
    ['parts', 3, () => componentsOf(speckled)],
    ['remove islands under 20', 3, () => removeIslands(speckled, 20)],
    ['fill holes', 3, () => fillHoles(speckled)],
    ['outlines', 3, () => contoursOf(clean)],
    ['fill outlines', 3, () => fillContours(outlines, size)],
    ['grow by 5', 3, () => growMask(clean, 5)],
    ['shrink by 5', 3, () => shrinkMask(clean, 5)],
    ['smooth by 3', 3, () => smoothMask(clean, 3)],
    [
      'wand over everything',
      3,
      () =>
        selectByColour({ box, rgb: grey }, imagePoint({ x: 3, y: 3 }), { tolerance: 10, contiguous: true }),
    ],
  ];
  for (const [name, times, work] of rows) {
    const [median, worst] = timed(times, work);
    console.log(`${name.padEnd(30)} ${median.toFixed(2).padStart(9)} ${worst.toFixed(2).padStart(9)}`);
  }
  return Promise.resolve(0);
}

function waves(): Uint8Array {
  const random = seededRandom(1);
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, at++) {
      const speck = random() < 0.001 ? 1 : 0;
      data[at] = Math.sin(x * 0.01) * Math.cos(y * 0.013) + speck > 0.2 ? 1 : 0;
    }
  }
  return data;
}

/** Median and largest of the runs' times, in milliseconds. */
function timed(times: number, work: () => unknown): [number, number] {
  const taken = Array.from({ length: times }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return [taken[Math.floor(times / 2)] ?? 0, taken.at(-1) ?? 0];
}
