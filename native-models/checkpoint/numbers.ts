import { assertNever } from '../errors.ts';
import { decodeHalfFloats } from '../half-floats.ts';
import { bytesPerElement, type StoredDtype } from './stored-tensor.ts';

/** A typed array over bytes whose position in their buffer may be odd. */
function aligned(bytes: Uint8Array, element: number): { buffer: ArrayBufferLike; byteOffset: number } {
  if (bytes.byteOffset % element === 0) return bytes;
  const copy = bytes.slice();
  return { buffer: copy.buffer, byteOffset: 0 };
}

/**
 * Stored little-endian numbers as 32-bit floats. Exact for bf16, f16, f32, bool and 8/16-bit integers, rounded for the wider ones.
 *
 * @param bytes  a whole number of elements
 */
export function toFloat32(bytes: Uint8Array, dtype: StoredDtype): Float32Array {
  const count = bytes.byteLength / bytesPerElement[dtype];
  const { buffer, byteOffset } = aligned(bytes, bytesPerElement[dtype]);
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer, byteOffset, count);
    case 'bf16':
      return brainToFloat32(new Uint16Array(buffer, byteOffset, count));
    case 'f16':
      return decodeHalfFloats(new Uint16Array(buffer, byteOffset, count));
    case 'f64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, count));
    case 'i64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case 'i32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, count));
    case 'i16':
      return Float32Array.from(new Int16Array(buffer, byteOffset, count));
    case 'i8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, count));
    case 'u8':
    case 'bool':
      return Float32Array.from(bytes);
    default:
      return assertNever(dtype);
  }
}

/** A bfloat16 is the upper half of a 32-bit float. */
function brainToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let index = 0; index < bits.length; index++) words[index] = (bits[index] ?? 0) << 16;
  return new Float32Array(words.buffer);
}
