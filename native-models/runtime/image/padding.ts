import type { Network } from '../../pixellm/network.ts';
import type { Placement } from './placement.ts';

/** What the vision tower's padding mask adds to a hidden key: finfo(float32).min. */
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

/** Additive key bias of the vision graph, f32 [1, 1, 1, 1 + grid * grid]; the class token first, always visible. */
export function visionKeyBias(placement: Placement, settings: Network['image']): Float32Array {
  return Float32Array.from([true, ...keptPatches(placement, settings)], (isKept) => (isKept ? 0 : hiddenBias));
}

function keptCells(placement: Placement, cellsPerSide: number, pixelsPerCell: number): boolean[] {
  return Array.from({ length: cellsPerSide * cellsPerSide }, (_, index) => {
    const row = Math.floor(index / cellsPerSide);
    const column = index % cellsPerSide;
    return row * pixelsPerCell < placement.resizedHeight && column * pixelsPerCell < placement.resizedWidth;
  });
}
