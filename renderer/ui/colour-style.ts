import type { CSSProperties } from 'react';

/** Hands a record's colour to a style sheet, which mixes it to what the theme needs. */
export function colourStyle(name: '--chip' | '--swatch' | '--mark', colour: string): CSSProperties {
  // CSSProperties does not list custom properties; React passes them on as they are.
  return { [name]: colour } as CSSProperties;
}
