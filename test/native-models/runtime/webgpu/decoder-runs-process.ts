import { readFile, writeFile } from 'node:fs/promises';
import { keepToRunsThatAgree, repeatsAgree } from '../../../../native-models/runtime/runs-that-agree.ts';
import { stepBetweenMarks } from '../../../bench/engine/dispatches.ts';
import { aBoundDecoder, draftedCells } from '../random-parts.ts';
import type { RandomModel } from '../random-parts.ts';
import { aCell, decoderRuns } from './decoder-runs.ts';

/** What the process is given. */
export interface DecodersToRun {
  /** Of which the states are wanted. */
  readonly compared: readonly RandomModel[];
  /** Of which one step is counted only. */
  readonly counted: readonly RandomModel[];
  /** One of 16-bit numbers, which may be refused. */
  readonly halves: RandomModel;
}

export interface FoundStates {
  /** Of each model compared: first with each run told to the card anew, then with steps and drafts repeated by it. */
  readonly states: readonly (readonly [number[][], number[][]])[];
  /** What the engine's own question about its recordings gave. */
  readonly repeatsAgree: readonly boolean[];
  /** What was said of a 16-bit model; null when it was run. */
  readonly refusal: string | null;
}

// A file that says which decoders to run and one for what was found: the runs of `decoderRuns` on WebGPU, then one step of which every dispatch is told.
const [descriptions = '', resultFile = ''] = process.argv.slice(2);
const { compared, counted, halves } = JSON.parse(await readFile(descriptions, 'utf8')) as DecodersToRun; // the test that starts us wrote it
const states: [number[][], number[][]][] = [];
const agreed: boolean[] = [];
// The card's shaders are thrown away with its last session: while the first ones stay open, the others need not compile them again.
const open: { release(): Promise<unknown> }[] = [];
for (const model of compared) {
  const { language } = model.manifest.network;
  const both: number[][][] = [];
  for (const way of ['webgpu', 'recorded'] as const) {
    const { decoder, cache } = await aBoundDecoder(model, way);
    open.push(decoder);
    await keepToRunsThatAgree(decoder, cache, language);
    if (way === 'recorded') agreed.push(await repeatsAgree(decoder, language, draftedCells));
    both.push(await decoderRuns(decoder));
    await stepBetweenMarks(decoder, aCell(decoder.cells.length, 3));
  }
  const [told = [], repeated = []] = both;
  states.push([told, repeated]);
}
for (const model of counted) {
  for (const way of ['webgpu', 'recorded'] as const) {
    const { decoder } = await aBoundDecoder(model, way);
    open.push(decoder);
    await stepBetweenMarks(decoder, aCell(0, 3));
  }
}
const refusal = await refusalOf(halves);
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
