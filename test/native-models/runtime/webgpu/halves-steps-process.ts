import { readFile, writeFile } from 'node:fs/promises';
import { stepBetweenMarks } from '../../../bench/engine/dispatches.ts';
import { aBoundDecoder } from '../random-parts.ts';
import type { RandomModel } from '../random-parts.ts';
import { aCell } from './decoder-runs.ts';
import { halvesSteps } from './halves-steps.ts';

/** First with each run told to the card anew, then with steps repeated by it. */
export type HalvesStates = readonly (readonly (readonly number[])[])[];

// A file with a random model's description and one for what was found.
const [description = '', resultFile = ''] = process.argv.slice(2);
const model = JSON.parse(await readFile(description, 'utf8')) as RandomModel; // the test that starts us wrote it
const found: number[][][] = [];
for (const way of ['webgpu', 'recorded'] as const) {
  const { decoder, cache } = await aBoundDecoder(model, way);
  found.push(await halvesSteps(decoder, cache));
  await stepBetweenMarks(decoder, aCell(decoder.cells.length, 3));
  await decoder.release();
}
await writeFile(resultFile, JSON.stringify(found satisfies HalvesStates));
