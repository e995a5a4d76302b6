import type { BitmapCrop } from '../../electron/common/bitmap.ts';
import { uniteBoxes } from '../../electron/common/bitmap.ts';
import type { Box } from '../../electron/common/document.ts';
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
  | { readonly kind: 'move'; readonly by: { readonly x: number; readonly y: number } };

/** The pixels of a stroke as they are painted, and what of them was not shown yet. */
export class StrokeBits {
  #crop: BitmapCrop;
  #painted: Box = [0, 0, 0, 0];
  #unseen: Box = [0, 0, 0, 0];

  constructor(crop: BitmapCrop) {
    this.#crop = crop;
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

  notePainted(box: Box): void {
    this.#painted = uniteBoxes(this.#painted, box);
    this.#unseen = uniteBoxes(this.#unseen, box);
  }

  /** What changed since the last call. */
  takeUnseen(): Box {
    const unseen = this.#unseen;
    this.#unseen = [0, 0, 0, 0];
    return unseen;
  }
}
