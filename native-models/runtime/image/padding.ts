import type { Network } from '../../pixellm/network.ts';
import type { Placement } from '../../shapes.ts';

/** What is added to the score of a key that must not be seen: finfo(float32).min, as in the reference. */
export const hiddenBias = -3.4028234663852886e38;

/**
 * Which patches hold at least one row and column of the image, [grid * grid] row-major.
 * (The reference shrinks a pixel mask by nearest neighbour, which looks at each patch's top left pixel.)
 */
export function keptPatches(placement: Placement, settings: Network['image']): boolean[] {
  return keptCells(placement, settings.grid, settings.patch);
}

/** Which image tokens the language model sees, [tokens] row-major: a token counts when its top left patch does. */
export function keptImageTokens(placement: Placement, settings: Network['image']): boolean[] {
  return keptCells(placement, settings.grid / settings.pool, settings.patch * settings.pool);
}

/**
 * The rows of the vision tower that may be looked at, ascending: 0 is the class row, always there, and 1 + i is patch i. The reference hides the
 * others with a mask; leaving them out of keys and values is the same and less work.
 */
export function visionKeyRows(placement: Placement, settings: Network['image']): number[] {
  return [0, ...keptPatches(placement, settings).flatMap((isKept, patch) => (isKept ? [1 + patch] : []))];
}

function keptCells(placement: Placement, cellsPerSide: number, pixelsPerCell: number): boolean[] {
  return Array.from({ length: cellsPerSide * cellsPerSide }, (_, index) => {
    const row = Math.floor(index / cellsPerSide);
    const column = index % cellsPerSide;
    return row * pixelsPerCell < placement.resizedHeight && column * pixelsPerCell < placement.resizedWidth;
  });
}
