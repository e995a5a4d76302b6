import { decodeHalfFloats } from '../../native-models/half-floats.ts';
import {
  type BlockForm,
  type MatrixSize,
  type QuantisedBlocks,
  type QuantisedRows,
} from '../../native-models/quantise.ts';

/** The exact inverses of `native-models/quantise.ts`: what the runtime computes with. */

export function dequantiseBlocks(
  { values, scales }: QuantisedBlocks,
  { rows, columns }: MatrixSize,
  { bits, block: width }: BlockForm,
): Float32Array {
  const blocks = Math.ceil(columns / width);
  const middle = 2 ** (bits - 1);
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const column = index % columns;
    const block = Math.floor(index / columns) * blocks + Math.floor(column / width);
    const at = block * width + (column % width);
    const value = bits === 8 ? (values[at] ?? 0) : ((values[at >> 1] ?? 0) >> (4 * (at & 1))) & 0x0f;
    return (value - middle) * (scales[block] ?? 0);
  });
}

export function dequantiseRows({ values, scales }: QuantisedRows, { columns }: MatrixSize): Float32Array {
  return Float32Array.from(values, (value, index) => value * (scales[Math.floor(index / columns)] ?? 0));
}

export function dequantiseHalf(halves: Uint16Array): Float32Array {
  return decodeHalfFloats(halves);
}
