import { readFile, writeFile } from 'node:fs/promises';
import { keepToRunsThatAgree, repeatsAgree } from '../../../../native-models/runtime/runs-that-agree.ts';
import { stepBetweenMarks } from '../../../bench/engine/dispatches.ts';
import { aBoundDecoder, draftedCells } from '../random-parts.ts';
import type { RandomModel } from '../random-parts.ts';
import { aCell, decoderRuns } from './decoder-runs.ts';

export interface FoundStates {
  /** Of each model: first with each run told to the card anew, then with steps and drafts repeated by it. */
  readonly states: readonly (readonly [number[][], number[][]])[];
  /** What the engine's own question about its recordings gave. */
  readonly repeatsAgree: readonly boolean[];
  /** What was said of a 16-bit model; null when it was run. */
  readonly refusal: string | null;
}

// A file of random models' descriptions and one for what was found: the runs of `decoderRuns` on WebGPU, then one step of which every dispatch is told.
const [descriptions = '', resultFile = ''] = process.argv.slice(2);
const all = JSON.parse(await readFile(descriptions, 'utf8')) as RandomModel[]; // the test that starts us wrote it
const models = all.filter(({ manifest }) => manifest.precision !== 'fp16');
const states: [number[][], number[][]][] = [];
const agreed: boolean[] = [];
// The card's shaders are thrown away with its last session: while the first ones stay open, the others need not compile them again.
const open: { release(): Promise<unknown> }[] = [];
for (const model of models) {
  const { language } = model.manifest.network;
  const both: number[][][] = [];
  for (const way of ['webgpu', 'recorded'] as const) {
    const { decoder, cache } = await aBoundDecoder(model, way);
    await keepToRunsThatAgree(decoder, cache, language);
    if (way === 'recorded') agreed.push(await repeatsAgree(decoder, language, draftedCells));
    both.push(await decoderRuns(decoder));
    await stepBetweenMarks(decoder, aCell(decoder.cells.length, 3));
    open.push(decoder);
  }
  const [told = [], repeated = []] = both;
  states.push([told, repeated]);
}

const halves = all.find(({ manifest }) => manifest.precision === 'fp16');
const refusal = halves ? await refusalOf(halves) : null;
for (const decoder of open) await decoder.release();
await writeFile(resultFile, JSON.stringify({ states, repeatsAgree: agreed, refusal } satisfies FoundStates));

async function refusalOf(model: RandomModel): Promise<string | null> {
  try {
    const { decoder } = await aBoundDecoder(model, 'webgpu');
    await decoderRuns(decoder);
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
