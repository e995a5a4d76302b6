/** A colour in CIE L*a*b*, D65: distances in it follow what eyes see, roughly. */
export type Lab = readonly [number, number, number];

/** sRGB 0..255 as CIE L*a*b*, D65. Source: IEC 61966-2-1; CIE 15. */
export function labOf(red: number, green: number, blue: number): Lab {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const bent = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = bent((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = bent(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = bent((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** @param colour '#rrggbb' */
export function labOfHex(colour: string): Lab {
  const value = Number.parseInt(colour.slice(1), 16);
  return labOf(value >>> 16, (value >>> 8) & 255, value & 255);
}

/** CIE76. */
export function distanceBetween([l, a, b]: Lab, [l2, a2, b2]: Lab): number {
  return Math.hypot(l - l2, a - a2, b - b2);
}
