/** The packed rows of a BMP: runs of a number, numbers as they are, and jumps. */

/** Steps between which others get their turn. */
const stepsAtOnce = 20_000;

/**
 * Numbers of a picture packed in runs (RLE8 and RLE4), the first row of the file first. What the file jumps over is 0, what it puts beyond a
 * row's end is left out. Source: Microsoft, "Bitmap Compression".
 *
 * @returns u8 [height, width], and whether the data ended before the picture did
 */
export async function unpackRuns(
  data: Uint8Array,
  { width, height, bits }: { readonly width: number; readonly height: number; readonly bits: 4 | 8 },
  giveWay: () => Promise<void>,
): Promise<{ readonly numbers: Uint8Array; readonly isCutOff: boolean }> {
  const numbers = new Uint8Array(width * height);
  let [at, x, y] = [0, 0, 0];
  let hasEnded = false;
  const whole = (isCutOff: boolean): { numbers: Uint8Array; isCutOff: boolean } => ({ numbers, isCutOff });
  for (let step = 1; y < height; step++) {
    if (step % stepsAtOnce === 0) await giveWay();
    // Some leave the mark of the end out.
    if (at + 2 > data.length) return whole(!(y === height - 1 && x >= width));
    const [count, value] = [data[at++] as number, data[at++] as number];
    const row = y * width;
    if (count > 0 || value > 2) hasEnded = false;
    if (count > 0) {
      const end = Math.min(width, x + count);
      if (bits === 8) numbers.fill(value, row + x, row + end);
      else for (let to = x; to < end; to++) numbers[row + to] = (to - x) % 2 === 0 ? value >> 4 : value & 15;
      x = end;
    } else if (value === 0) {
      y += hasEnded && x === 0 ? 0 : 1;
      [x, hasEnded] = [0, false];
    } else if (value === 1) return whole(false);
    else if (value === 2) {
      if (at + 2 > data.length) return whole(true);
      x += data[at++] as number;
      y += (data[at++] as number) + Math.floor(x / width);
      // A jump over the end of a row goes on in the next, as Pillow has it: the mark of that row's end may still follow.
      hasEnded = x >= width;
      x %= width;
    } else {
      const length = bits === 8 ? value : Math.ceil(value / 2);
      if (at + length > data.length) return whole(true);
      const end = Math.min(width, x + value);
      if (bits === 8) numbers.set(data.subarray(at, at + end - x), row + x);
      else
        for (let each = 0; each < end - x; each++)
          numbers[row + x + each] = ((data[at + (each >> 1)] as number) >> (each % 2 === 0 ? 4 : 0)) & 15;
      x = end;
      at += length + (length % 2);
    }
  }
  return whole(false);
}
