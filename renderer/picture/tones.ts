/** How the picture is shown, never how it is: brightness and contrast -100..100, gamma 0.2..5; 0, 0 and 1 leave it as it is. */
export interface Tones {
  readonly brightness: number;
  readonly contrast: number;
  readonly gamma: number;
}

export const plainTones: Tones = { brightness: 0, contrast: 0, gamma: 1 };

export function isPlain({ brightness, contrast, gamma }: Tones): boolean {
  return brightness === 0 && contrast === 0 && gamma === 1;
}

/**
 * The tones as SVG's component transfer takes them: value * slope + intercept, then its power. Contrast turns about the middle grey.
 *
 * @returns exponent below 1 for a gamma above 1: dark parts become lighter, as people expect of a gamma slider
 */
export function toneCurve({ brightness, contrast, gamma }: Tones): {
  readonly slope: number;
  readonly intercept: number;
  readonly exponent: number;
} {
  const slope = contrast <= 0 ? 1 + contrast / 100 : 1 + contrast / 25;
  return { slope, intercept: 0.5 - 0.5 * slope + brightness / 200, exponent: 1 / gamma };
}
