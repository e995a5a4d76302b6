import { readFile, writeFile } from 'node:fs/promises';
import { keepToRunsThatAgree } from '../../../../native-models/runtime/long-runs.ts';
import { stepBetweenMarks } from '../../../bench/engine/dispatches.ts';
import { aBoundDecoder } from '../random-parts.ts';
import type { RandomModel } from '../random-parts.ts';
import { aCell, decoderRuns } from './decoder-runs.ts';

// A file of random models' descriptions and one for their states: the runs of `decoderRuns` on WebGPU, then one step of which every dispatch is told.
const [descriptions = '', resultFile = ''] = process.argv.slice(2);
const models = JSON.parse(await readFile(descriptions, 'utf8')) as RandomModel[]; // the test that starts us wrote it
const states: number[][][] = [];
for (const model of models) {
  const { decoder, cache } = await aBoundDecoder(model, 'webgpu');
  await keepToRunsThatAgree(decoder, cache, model.manifest.network.language);
  states.push(await decoderRuns(decoder));
  await stepBetweenMarks(decoder, aCell(decoder.cells.length, 3));
  await decoder.release();
}
await writeFile(resultFile, JSON.stringify(states));
