/** For each output index: the two input indices it lies between, and the share of the second. */
export interface LinearTaps {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** Weight of `upper`, 0..1; `lower` has the rest. */
  readonly share: Float32Array;
}

/**
 * Taps of linear interpolation with half-pixel centres and no antialias, in float32 as torch computes them
 * (F.interpolate, mode bilinear, align_corners False).
 */
export function linearTaps(inputSize: number, outputSize: number): LinearTaps {
  const scale = Math.fround(inputSize / outputSize);
  const lower = new Int32Array(outputSize);
  const upper = new Int32Array(outputSize);
  const share = new Float32Array(outputSize);
  for (let index = 0; index < outputSize; index++) {
    const source = Math.max(Math.fround(Math.fround(scale * (index + 0.5)) - 0.5), 0);
    const below = Math.min(Math.trunc(source), inputSize - 1);
    lower[index] = below;
    upper[index] = Math.min(below + 1, inputSize - 1);
    share[index] = source - below;
  }
  return { lower, upper, share };
}
