/**
 * Brightness of any range as 0..255: the least finite value becomes black, the greatest white. What is no number becomes black.
 *
 * @param values f32 [height, width, channels]
 * @returns u8 [height, width, 3]: of one or two channels the first as grey, of more the first three; and the range found
 */
export function stretchValues(
  values: Float32Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
): { readonly data: Uint8Array; readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 0];
  const scale = high > low ? 255 / (high - low) : 0;
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[pixel * channels + (channels < 3 ? 0 : channel)] as number;
      data[pixel * 3 + channel] = Number.isFinite(value) ? Math.round((value - low) * scale) : 0;
    }
  }
  return { data, low, high };
}
