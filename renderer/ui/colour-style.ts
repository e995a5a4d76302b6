import type { CSSProperties } from 'react';
import { clearLine } from './clear-line.ts';

/** Hands a record's colour to a style sheet, which mixes it to what the theme needs; a phrase's comes with its line (`--chip-line`). */
export function colourStyle(name: '--chip' | '--swatch' | '--mark', colour: string): CSSProperties {
  const line = name === '--chip' ? { '--chip-line': clearLine(colour) } : {};
  // CSSProperties does not list custom properties; React passes them on as they are.
  return { [name]: colour, ...line } as CSSProperties;
}
