import type { ImagePoint, Size } from '../../electron/common/geometry.ts';
import { componentAt, componentsOf, fillHoles, removeIslands } from '../../electron/common/components.ts';
import type { Contour, Ring } from '../../electron/common/contour.ts';
import { type RgbCrop, selectByColour } from '../../electron/common/flood-fill.ts';
import { differenceOf, unionOf, unionOfAll } from '../../electron/common/mask-algebra.ts';
import { encodeCrop } from '../../electron/common/mask-region.ts';
import { growMask, shrinkMask, smoothMask } from '../../electron/common/morphology.ts';
import { fillContours, fillRings } from '../../electron/common/polygon-fill.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { simplifyMask } from '../../electron/common/simplify-ring.ts';

/** Work on masks that may take longer than a frame at 8K: it is done in a worker, by these names. */
export const maskOperations = {
  grow: (input: { readonly runs: Runs; readonly amount: number }): Runs => growMask(input.runs, input.amount),
  shrink: (input: { readonly runs: Runs; readonly amount: number }): Runs =>
    shrinkMask(input.runs, input.amount),
  smooth: (input: { readonly runs: Runs; readonly amount: number }): Runs =>
    smoothMask(input.runs, input.amount),
  /** Holes of at most `amount` pixels. */
  fillHoles: (input: { readonly runs: Runs; readonly amount: number }): Runs =>
    fillHoles(input.runs, input.amount),
  /** Parts of fewer than `amount` pixels go. */
  removeIslands: (input: { readonly runs: Runs; readonly amount: number }): Runs =>
    removeIslands(input.runs, input.amount),
  split: (input: { readonly runs: Runs }): readonly Runs[] =>
    componentsOf(input.runs).map(({ mask }) => mask),
  /** The part of the mask, or of what is outside it, that holds the pixel. */
  partAt: (input: { readonly runs: Runs; readonly point: ImagePoint }): Runs =>
    componentAt(input.runs, input.point),
  wand: (input: {
    readonly image: RgbCrop;
    readonly seed: ImagePoint;
    readonly tolerance: number;
    readonly contiguous: boolean;
    readonly size: Size;
  }): Runs => encodeCrop(selectByColour(input.image, input.seed, input), input.size),
  corners: (input: { readonly runs: Runs; readonly tolerance: number }): readonly Contour[] =>
    simplifyMask(input.runs, input.tolerance).contours,
  /**
   * The mask after its outlines were moved from `before` to `after`. Only pixels between the two change: what a
   * simplified outline left out elsewhere stays in the mask.
   */
  reshape: (input: {
    readonly runs: Runs;
    readonly before: readonly Contour[];
    readonly after: readonly Contour[];
  }): Runs => {
    const before = fillParts(input.before, input.runs);
    const after = fillParts(input.after, input.runs);
    return unionOf(differenceOf(input.runs, differenceOf(before, after)), differenceOf(after, before));
  },
  fillRing: (input: { readonly ring: Ring; readonly size: Size }): Runs =>
    fillRings([input.ring], input.size),
} as const;

/** Each part is filled by itself, so that a part drawn over another does not become a hole. */
function fillParts(contours: readonly Contour[], size: Size): Runs {
  return unionOfAll(
    contours.map((contour) => fillContours([contour], size)),
    size,
  );
}

export type OperationName = keyof typeof maskOperations;
export type OperationInput<Name extends OperationName> = Parameters<(typeof maskOperations)[Name]>[0];
export type OperationOutput<Name extends OperationName> = ReturnType<(typeof maskOperations)[Name]>;

/** Where such work is done: the app has a worker, tests do it in place. */
export interface MaskOperations {
  /** @throws AppError 'cancelled' when the signal fires first */
  run<Name extends OperationName>(
    name: Name,
    input: OperationInput<Name>,
    signal?: AbortSignal,
  ): Promise<OperationOutput<Name>>;
}

/** Operations that turn one mask and one number into a mask: what the clean-up panel offers. */
export type CleanUp = 'grow' | 'shrink' | 'smooth' | 'fillHoles' | 'removeIslands';
