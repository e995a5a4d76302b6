import type { BitmapCrop } from '../../electron/common/bitmap.ts';
import {
  type Box,
  type ImagePoint,
  type Size,
  intersectBoxes,
  uniteBoxes,
} from '../../electron/common/geometry.ts';
import { type Brush, fillRow, segmentBox, visitRows } from '../../electron/common/brush.ts';
import { RowSpans } from '../../electron/common/row-spans.ts';
import type { Runs } from '../../electron/common/runs.ts';

/**
 * A change that is on the screen but not in the document: what a tool shows while it is being used.
 * It is drawn on the active layer together with the active mask, and never goes through React.
 */
export type LiveEdit =
  /** Pixels being painted onto or off the active mask. */
  | {
      readonly kind: 'stroke';
      readonly effect: 'add' | 'erase';
      readonly colour: number;
      readonly stroke: StrokeBits;
    }
  /** A finished shape that waits for yes or no; 'replace' stands in place of the active mask. */
  | {
      readonly kind: 'shape';
      readonly effect: 'add' | 'erase' | 'replace';
      readonly colour: number;
      readonly runs: Runs;
      readonly box: Box;
    }
  /** The active mask drawn elsewhere. */
  | { readonly kind: 'move'; readonly by: ImagePoint };

/** The pixels of a stroke as they are painted, and what of them was not shown yet. */
export class StrokeBits {
  readonly #spans: RowSpans;
  #crop: BitmapCrop;
  #painted: Box = [0, 0, 0, 0];
  #unseen: Box = [0, 0, 0, 0];

  /** @param crop room for the pixels, for the stroke's picture */
  constructor(crop: BitmapCrop, image: Size) {
    this.#crop = crop;
    this.#spans = new RowSpans(image);
  }

  get crop(): BitmapCrop {
    return this.#crop;
  }

  /** Box of everything painted so far. */
  get painted(): Box {
    return this.#painted;
  }

  /** Room for more pixels; `crop` holds all that was painted. */
  grow(crop: BitmapCrop): void {
    this.#crop = crop;
  }

  /** The brush moves straight from one point to another; there is room for what it paints inside the image. */
  paint(brush: Brush, segment: { readonly from: ImagePoint; readonly to: ImagePoint }): void {
    visitRows(brush, segment, (row, from, past) => {
      fillRow(this.#crop, { row, from, past }, 1);
      this.#spans.add(row, from, past);
    });
    const box = intersectBoxes(segmentBox(brush, segment), this.#crop.box);
    this.#painted = uniteBoxes(this.#painted, box);
    this.#unseen = uniteBoxes(this.#unseen, box);
  }

  /** The mask of everything painted. */
  toRuns(): Runs {
    return this.#spans.toRuns();
  }

  /** What changed since the last call. */
  takeUnseen(): Box {
    const unseen = this.#unseen;
    this.#unseen = [0, 0, 0, 0];
    return unseen;
  }
}
