/** The surfaces that words stand on (tokens.css), those that leave the least room: the darkest light one and the lightest dark one. */
const grounds = { light: '#f0f0f3', dark: '#26282c' } as const;
/** Of a line that means something, beside its ground. Source: WCAG 2.2, 1.4.11 */
const leastContrast = 3;
const steps = 20;

const known = new Map<string, string>();

/**
 * A colour as a line under words: darkened on light ground and lightened on dark ground just as far as it takes to be seen there, so that yellow
 * stays yellow in the dark and blue stays blue in the light.
 *
 * @param colour '#rrggbb'
 * @returns a CSS colour that follows the theme
 */
export function clearLine(colour: string): string {
  const found = known.get(colour);
  if (found !== undefined) return found;
  const line = `light-dark(${clearOn(colour, grounds.light)}, ${clearOn(colour, grounds.dark)})`;
  known.set(colour, line);
  return line;
}

/** The colour, mixed with black or white until it stands out. */
export function clearOn(colour: string, ground: string): string {
  const end = luminanceOf(ground) > 0.5 ? 0 : 255;
  const channels = channelsOf(colour);
  for (let step = 0; step < steps; step++) {
    const share = step / steps;
    const mixed = channels.map((channel) => Math.round(channel + (end - channel) * share));
    const text = `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
    if (contrastOf(text, ground) >= leastContrast) return text;
  }
  return end === 0 ? '#000000' : '#ffffff';
}

/** 1 to 21. Source: WCAG 2.2, contrast ratio */
export function contrastOf(a: string, b: string): number {
  const [one, other] = [luminanceOf(a), luminanceOf(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
