import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Numbers recorded from the original PixelLM code; see its README. */
export const goldenFolder = fileURLToPath(new URL('../../fixtures/reference-a', import.meta.url));

/** A JSON file of the golden folder. The caller names the shape: the file is ours and does not change. */
export function readGoldenJson<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(`${goldenFolder}/${file}`, 'utf8')) as Shape;
}
