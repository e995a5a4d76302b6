import { aPngOf } from './pictures-on-disk.ts';
import { setSize as size } from './read-set.ts';

type Patch = readonly [number: number, x: number, y: number, width: number, height: number];

/** A grey PNG of the set's size, of 8 or 16 bits, 0 but where a patch says otherwise. */
export function grey(patches: readonly Patch[], bitDepth: 8 | 16 = 8): Uint8Array {
  const each = bitDepth / 8;
  const rows = Buffer.alloc(size.height * (size.width * each + 1));
  for (const [number, left, top, width, height] of patches)
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++)
        rows.writeUIntBE(number, y * (size.width * each + 1) + 1 + x * each, each);
  return aPngOf({ ...size, bitDepth, colourType: 0, rows });
}

/** A PNG of colours, black but where a patch says otherwise. */
export function coloured(
  patches: readonly (readonly [colour: readonly number[], x: number, y: number, w: number, h: number])[],
): Uint8Array {
  const rows = Buffer.alloc(size.height * (size.width * 3 + 1));
  for (const [colour, left, top, width, height] of patches)
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) rows.set(colour, y * (size.width * 3 + 1) + 1 + x * 3);
  return aPngOf({ ...size, bitDepth: 8, colourType: 2, rows });
}
