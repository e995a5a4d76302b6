/** Pictures of printing inks, read as the reference's OpenCV reads them. */

/**
 * RGB of a JPEG's cyan, magenta, yellow and black as OpenCV has it (`icvCvt_CMYK2BGR`): it takes the stored numbers for light, as Adobe's
 * programs store them, whether the file says so or not.
 *
 * @param inks   u8 [pixels, channels], 0 = no ink: libvips has turned Adobe's numbers round
 * @returns u8 [pixels, 3]
 */
export function rgbFromInks(
  inks: Uint8Array,
  { channels, isAdobe }: { readonly channels: number; readonly isAdobe: boolean },
): Uint8Array {
  const pixels = inks.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const stored = (channel: number): number => {
      const ink = inks[pixel * channels + channel] as number;
      return isAdobe ? 255 - ink : ink;
    };
    const key = stored(3);
    for (let channel = 0; channel < 3; channel++) {
      rgb[pixel * 3 + channel] = key - (((255 - stored(channel)) * key) >> 8);
    }
  }
  return rgb;
}

/**
 * RGB of the inks of a TIFF, whose numbers are inks and nothing else: as OpenCV has it, by libtiff.
 *
 * @param inks   u8 [pixels, channels], 0 = no ink
 * @returns u8 [pixels, 3]
 */
export function rgbFromPlainInks(inks: Uint8Array, channels: number): Uint8Array {
  const pixels = inks.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const light = (channel: number): number => 255 - (inks[pixel * channels + channel] as number);
    for (let channel = 0; channel < 3; channel++)
      rgb[pixel * 3 + channel] = Math.floor((light(channel) * light(3)) / 255);
  }
  return rgb;
}

/** Whether a JPEG's own header (the APP14 segment "Adobe") says that its inks are stored as light. */
export function adobeInks(jpeg: Uint8Array): boolean {
  let at = 2;
  while (at + 9 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1] as number;
    if (marker === 0xda) return false;
    if (marker === 0xee && String.fromCharCode(...jpeg.subarray(at + 4, at + 9)) === 'Adobe') return true;
    at += 2 + (((jpeg[at + 2] as number) << 8) | (jpeg[at + 3] as number));
  }
  return false;
}
