/**
 * 32-bit floats as IEEE 754 half floats: 11 significant bits, so a logit near the threshold keeps its side of it to within 0.05 %.
 * Node 20 has no Float16Array; this rounds to nearest, ties to even, as it would.
 */
const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

export function encodeHalfFloats(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) halves[index] = halfOf(values[index] ?? 0);
  return halves;
}

/** Half floats to single, exactly. */
export function decodeHalfFloats(halves: Uint16Array): Float32Array {
  const known = halfValues();
  const values = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++) values[index] = known[halves[index] ?? 0] ?? 0;
  return values;
}

function halfOf(value: number): number {
  single[0] = value;
  const whole = bits[0] ?? 0;
  const sign = (whole >>> 16) & 0x8000;
  const magnitude = whole & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and up, infinity included
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24); // below the smallest normal half
  // Drop 13 bits of the significand; a carry may move into the exponent, which is what rounding up means.
  const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
  return sign | (rounded >>> 13);
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** The value of a half float given by its 16 bits. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const significand = half & 1023;
  if (exponent === 0) return sign * significand * 2 ** -24;
  if (exponent === 31) return significand ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + significand / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | null = null;

/** All 65,536 half values: looking one up is several times faster than computing it. */
export function halfValues(): Float32Array {
  table ??= Float32Array.from({ length: 0x10000 }, (_, bits) => halfToFloat(bits));
  return table;
}
