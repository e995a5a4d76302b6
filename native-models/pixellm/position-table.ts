/**
 * CLIP's position table for another image size, as PixelLM's code makes it.
 *
 * CLIP stores the class row FIRST, but the reference takes the LAST row for it: the true class row becomes cell (0, 0), every patch row
 * moves on by one cell and the last patch's row is kept aside and put back at the end. The released weights were trained this way. Do not "fix".
 *
 * @param table  f32 [nativeGrid^2 + 1, width]
 * @returns f32 [grid^2 + 1, width], to be added to [class, patches...] in this order
 * Source: PixelLM clip_encoder.py, F.interpolate(mode='bilinear', align_corners=False) without antialias
 */
export function resizePositionTable(
  table: Float32Array,
  { width, nativeGrid, grid }: { width: number; nativeGrid: number; grid: number },
): Float32Array {
  const kept = table.subarray(nativeGrid * nativeGrid * width);
  const result = new Float32Array((grid * grid + 1) * width);
  result.set(kept, grid * grid * width);
  const axis = Array.from({ length: grid }, (_, cell) => sourceCells(cell, nativeGrid, grid));
  for (const [row, vertical] of axis.entries()) {
    for (const [column, horizontal] of axis.entries()) {
      const target = (row * grid + column) * width;
      const corner = (y: number, x: number): number => (y * nativeGrid + x) * width;
      const corners = [
        corner(vertical.low, horizontal.low),
        corner(vertical.low, horizontal.high),
        corner(vertical.high, horizontal.low),
        corner(vertical.high, horizontal.high),
      ] as const;
      for (let channel = 0; channel < width; channel++) {
        const at = (index: number): number => table[index + channel] ?? 0;
        const upper = at(corners[0]) * (1 - horizontal.share) + at(corners[1]) * horizontal.share;
        const lower = at(corners[2]) * (1 - horizontal.share) + at(corners[3]) * horizontal.share;
        result[target + channel] = upper * (1 - vertical.share) + lower * vertical.share;
      }
    }
  }
  return result;
}

/** The two native cells a new cell's centre lies between, and how far it lies towards the higher one. */
function sourceCells(
  cell: number,
  nativeGrid: number,
  grid: number,
): { low: number; high: number; share: number } {
  const position = Math.max(0, ((cell + 0.5) * nativeGrid) / grid - 0.5);
  const low = Math.min(Math.floor(position), nativeGrid - 1);
  return { low, high: Math.min(low + 1, nativeGrid - 1), share: position - low };
}
