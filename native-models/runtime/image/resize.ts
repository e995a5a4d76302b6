import type { Size } from './placement.ts';

/** 8-bit RGB, row-major, orientation already applied. */
export interface RgbImage extends Size {
  readonly rgb: Uint8Array;
}

// Pillow computes with 22 fractional bits: 8-bit pixels times 22-bit weights just fit 32-bit integers.
const fractionBits = 22;
const one = 1 << fractionBits;
const half = 1 << (fractionBits - 1);

/** For each output index the first input index and its weights, `taps` of them (the rest are 0). */
interface Kernel {
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
}

/**
 * Resizes as Pillow's `Image.resize(size, BILINEAR)` does, to the byte: a triangle filter that widens when shrinking (antialias), across first,
 * rounded to 8 bits, then down. A direction whose size stays is left alone.
 */
export function resizeBilinear(image: RgbImage, size: Size): RgbImage {
  const across = size.width === image.width ? image : resizeAcross(image, size.width);
  return size.height === image.height ? across : resizeDown(across, size.height);
}

function resizeAcross(image: RgbImage, width: number): RgbImage {
  const { starts, counts, weights, taps } = triangleKernel(image.width, width);
  const out = new Uint8Array(width * image.height * 3);
  const { rgb } = image;
  let write = 0;
  for (let y = 0; y < image.height; y++) {
    const row = y * image.width * 3;
    for (let x = 0; x < width; x++) {
      let read = row + at(starts, x) * 3;
      let red = half;
      let green = half;
      let blue = half;
      const end = x * taps + at(counts, x);
      for (let tap = x * taps; tap < end; tap++, read += 3) {
        const weight = at(weights, tap);
        red += at(rgb, read) * weight;
        green += at(rgb, read + 1) * weight;
        blue += at(rgb, read + 2) * weight;
      }
      out[write++] = toByte(red);
      out[write++] = toByte(green);
      out[write++] = toByte(blue);
    }
  }
  return { width, height: image.height, rgb: out };
}

function resizeDown(image: RgbImage, height: number): RgbImage {
  const { starts, counts, weights, taps } = triangleKernel(image.height, height);
  const stride = image.width * 3;
  const out = new Uint8Array(stride * height);
  const sums = new Int32Array(stride);
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    // Whole rows at a time, so that memory is read in order.
    for (let tap = 0; tap < at(counts, y); tap++) {
      const weight = at(weights, y * taps + tap);
      const row = (at(starts, y) + tap) * stride;
      for (let index = 0; index < stride; index++)
        sums[index] = at(sums, index) + at(image.rgb, row + index) * weight;
    }
    for (let index = 0; index < stride; index++) out[y * stride + index] = toByte(at(sums, index));
  }
  return { width: image.width, height, rgb: out };
}

/** Source: Pillow's precompute_coeffs and normalize_coeffs_8bpc. */
function triangleKernel(inputSize: number, outputSize: number): Kernel {
  const scale = inputSize / outputSize;
  const support = Math.max(scale, 1);
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(outputSize);
  const counts = new Int32Array(outputSize);
  const weights = new Int32Array(outputSize * taps);
  for (let index = 0; index < outputSize; index++) {
    const centre = (index + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - support + 0.5), 0);
    const last = Math.min(Math.trunc(centre + support + 0.5), inputSize);
    const shares: number[] = [];
    for (let input = first; input < last; input++)
      shares.push(Math.max(0, 1 - Math.abs((input - centre + 0.5) / support)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    starts[index] = first;
    counts[index] = last - first;
    for (const [tap, share] of shares.entries())
      weights[index * taps + tap] = Math.trunc(0.5 + (share / total) * one);
  }
  return { taps, starts, counts, weights };
}

function toByte(sum: number): number {
  const value = sum >> fractionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Loops here stay inside their arrays; `?? 0` satisfies the compiler and costs nothing once compiled. */
function at(values: Uint8Array | Int32Array, index: number): number {
  return values[index] ?? 0;
}
