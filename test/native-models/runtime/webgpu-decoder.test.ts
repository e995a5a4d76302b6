import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { boundFormFor } from '../../../native-models/runtime/decoder-form.ts';
import { commandsOf } from '../../bench/engine/dispatches.ts';
import type { RunCommands } from '../../bench/engine/dispatches.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { relativeDifference } from '../run-graph.ts';
import { predictedDispatches } from './predicted-dispatches.ts';
import { aRandomDecoder } from './random-decoders.ts';
import { aBoundDecoder } from './random-parts.ts';
import type { RandomModel } from './random-parts.ts';
import type { DecodersToRun, FoundStates } from './webgpu/decoder-runs-process.ts';
import { decoderRuns } from './webgpu/decoder-runs.ts';
import { runOnSoftwareVulkan } from './webgpu/run-child.ts';
import { findSoftwareVulkan } from './webgpu/software-vulkan.ts';

const driver = findSoftwareVulkan();
/**
 * Sides that are whole multiples of 128, as those of every published model are: kernels are chosen by that and not by how many there are, and in
 * software each workgroup costs.
 */
const published = { hidden: 128, heads: 2, headDim: 64, intermediate: 256 };
const odd = { hidden: 96, heads: 3, headDim: 32, intermediate: 80 };
/** An epsilon of the norms that no operator has by itself: one that left it out would be off by a tenth. */
const ownEpsilon = { ...published, epsilon: 0.3 };
/**
 * Dispatches of a layer in a step at commit 16db65b, counted the same way over the same sizes (its joined cache, rounded activations): the cost
 * that decided how slow WebGPU was. Its two crossings down and one up per attention product come on top.
 */
const before = { int4: 24, int8: 24, fp32: 18 } as const;
/**
 * What the card carries out. int4 has an operator for norm, gate and up in one; of int8 this version joins SiLU and the product only, of fp32 nothing.
 */
const carriedOut = { int4: 8, int8: 11, fp32: 12 } as const;

type Precision = keyof typeof before;
const precisions = ['int4', 'int8', 'fp32'] as const;
const compared: readonly { precision: Precision; shape: typeof published; layers: number; block?: 64 }[] = [
  ...precisions.map((precision) => ({ precision, shape: published, layers: 2 })),
  { precision: 'int4', shape: published, layers: 2, block: 64 },
  { precision: 'int4', shape: odd, layers: 2 },
  { precision: 'int4', shape: ownEpsilon, layers: 2 },
];

test.skipIf(driver === null || process.env['PIXELLM_QUICK_TESTS'] === '1')(
  'WebGPU’s decoder computes what the CPU’s does, in few dispatches a layer and step, of which the card repeats all by itself; nothing crosses the bus within',
  async () => {
    const models = await Promise.all(
      compared.map(({ precision, shape, layers, block }) =>
        aRandomDecoder(4, precision, { ...shape, layers }, block),
      ),
    );
    const ofOneLayer = { ...published, layers: 1 };
    const counted = await Promise.all(
      precisions.map((precision) => aRandomDecoder(4, precision, ofOneLayer)),
    );
    const halves = await aRandomDecoder(4, 'fp16', ofOneLayer);
    const found = await onWebGpu({ compared: models, counted, halves });
    // The software driver has no 16-bit numbers: such a model is refused with that fact, and the CPU answers.
    expect(found.refusal).toMatch(/f16/u);
    for (const [index, { precision, layers }] of compared.entries()) {
      const model = models[index];
      if (!model) throw new Error('A model was made for each.');
      const [told = [], repeated = []] = found.states[index] ?? [];
      const shown = largestDifferenceOf(told, await onCpu(model));
      expect(shown, `${precision}, ${layers} layers`).toBeLessThan(1e-4);
      expect(repeated, `${precision}, ${layers} layers, repeated by the card`).toEqual(told);
    }
    expect(found.repeatsAgree).toEqual(compared.map(() => true));
    // Two marked steps of each model: told anew, and repeated by the card.
    const all = [...models, ...counted];
    const commands = all.map((_, index) => found.commands.slice(2 * index, 2 * index + 2));
    const dispatches = (index: number, way: 0 | 1): number =>
      commands[index]?.[way]?.dispatches.length ?? Number.NaN;
    // Of each precision, the models of two layers come first in the one list and those of one layer in the other.
    const ofEach = (way: 0 | 1): number[] =>
      precisions.map((_, index) => dispatches(index, way) - dispatches(models.length + index, way));
    expect(ofEach(0)).toEqual(precisions.map((precision) => carriedOut[precision]));
    for (const [index, precision] of precisions.entries()) {
      for (const at of [index, models.length + index]) {
        const { network } = all[at]?.manifest ?? {};
        expect(network && predictedDispatches(network, precision)).toBe(dispatches(at, 0));
      }
    }
    // Blocks of 64 are seen as twice as many of 32, for which alone the one operator is.
    const wideBlocks = compared.findIndex(({ block }) => block === 64);
    expect(dispatches(wideBlocks, 0)).toBe(dispatches(precisions.indexOf('int4'), 0));
    expect(carriedOut.int4).toBeLessThanOrEqual(before.int4 / 3);
    // What the program tells the card in a step is what held it up: nothing of a layer, at any precision.
    expect(ofEach(1)).toEqual([0, 0, 0]);
    expect(commands.map((pair) => pair.map(({ isRepeated }) => isRepeated))).toEqual(
      all.map(() => [false, true]),
    );
    expect(found.commands.map(({ crossings }) => crossings)).toEqual(found.commands.map(() => 0));
  },
  25 * 60_000,
);

/**
 * The same graph on the CPU, spelt out where WebGPU alone has an operator: with the other one, that of the CPU, bound-decoder.test.ts compares it.
 */
async function onCpu(model: RandomModel): Promise<number[][]> {
  const form = boundFormFor('webgpu', model.manifest);
  const { decoder } = await aBoundDecoder(model, 'cpu', form && { ...form, joinsGate: false });
  const states = await decoderRuns(decoder);
  await decoder.release();
  return states;
}

/** One process for all, as most of the time goes into compiling shaders, which are shared. */
async function onWebGpu(
  models: DecodersToRun,
): Promise<FoundStates & { readonly commands: readonly RunCommands[] }> {
  const folder = await temporaryFolder();
  const [descriptions, result] = [path.join(folder, 'models.json'), path.join(folder, 'states.json')];
  await writeFile(descriptions, JSON.stringify(models));
  const log = await runOnSoftwareVulkan(
    fileURLToPath(new URL('webgpu/decoder-runs-process.ts', import.meta.url)),
    [descriptions, result],
    driver ?? '',
  );
  const found = JSON.parse(await readFile(result, 'utf8')) as FoundStates; // our own child wrote it
  return { ...found, commands: commandsOf(log) };
}

function largestDifferenceOf(found: readonly number[][], expected: readonly number[][]): number {
  if (found.length === 0 || found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...found.map((state, index) =>
      relativeDifference(Float32Array.from(state), Float32Array.from(expected[index] ?? [])),
    ),
  );
}
