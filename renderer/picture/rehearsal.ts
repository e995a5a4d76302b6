import { type ImagePoint, cellBox, imagePoint } from '../../electron/common/geometry.ts';
import { emptyCrop } from '../../electron/common/bitmap.ts';
import { differenceOf, unionOf } from '../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import { rleOf } from '../../electron/common/rle.ts';
import { areaOf, boxOf, isSameMask } from '../../electron/common/runs.ts';
import { composeFill } from './compose-tile.ts';
import { cracksOf } from './crack-path.ts';
import { StrokeBits } from './live-edit.ts';
import { maskTileSide } from './mask-tiles.ts';

/**
 * The first stroke would run code that the machine has never seen: interpreted, several times slower than the tenth.
 * So the work of a stroke is done a few times, on nothing, while the page has nothing else to do.
 *
 * @returns a function that stops it
 */
export function rehearseStrokes(rounds = 60): () => void {
  let left = rounds;
  const next = (deadline: IdleDeadline): void => {
    while (left > 0 && deadline.timeRemaining() > 2) {
      left--;
      rehearseStroke(left);
    }
    if (left > 0) handle = requestIdleCallback(next);
  };
  let handle = requestIdleCallback(next);
  return () => cancelIdleCallback(handle);
}

/** What happens from the first dab to the new mask and its picture, on a small picture of its own. */
export function rehearseStroke(round: number): void {
  const size = { width: 640, height: 400 };
  const bits = new StrokeBits(emptyCrop([0, 0, size.width, size.height]), size);
  const brush = { shape: 'round', diameter: 40 + (round % 3) } as const;
  for (let step = 0; step < 12; step++) {
    const at = (along: number): ImagePoint =>
      imagePoint({ x: 40 + 46 * along, y: 200 + 120 * Math.sin(along) });
    bits.paint(brush, { from: at(step), to: at(step + 1) });
  }
  const shape = bits.toRuns();
  const before = boxRuns([100, 80, 300, 240], size);
  const after = round % 2 === 0 ? unionOf(before, shape) : differenceOf(before, shape);
  if (isSameMask(before, after) || areaOf(after) === 0) return;
  rleOf(after);
  const mask = { runs: after, box: boxOf(after), colour: 0xffffff, pattern: 0 };
  const level = round % 3;
  const cells = cellBox([0, 0, maskTileSide, maskTileSide]);
  composeFill({ masks: [mask], cells, level });
  cracksOf(mask, cells, level);
}
