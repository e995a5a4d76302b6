import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { boundFormFor } from '../../../native-models/runtime/decoder-form.ts';
import { commandsOf } from '../../bench/engine/dispatches.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { relativeDifference } from '../run-graph.ts';
import { aRandomDecoder } from './random-decoders.ts';
import { aBoundDecoder } from './random-parts.ts';
import type { HalvesStates } from './webgpu/halves-steps-process.ts';
import { halvesSteps } from './webgpu/halves-steps.ts';
import { runWithVulkan } from './webgpu/run-child.ts';
import { halvesVulkanEnvironment } from './webgpu/software-vulkan.ts';

const environment = halvesVulkanEnvironment();

test.skipIf(environment === null)(
  'WebGPU’s decoder in 16-bit numbers computes what 32-bit numbers give of the same weights, as far as 16 bits go; the card repeats its steps, and nothing crosses the bus within',
  async () => {
    const model = await aRandomDecoder(4, 'fp16', {
      hidden: 256,
      heads: 4,
      headDim: 64,
      intermediate: 640,
      layers: 1,
    });
    const folder = await temporaryFolder();
    const [description, result] = [path.join(folder, 'model.json'), path.join(folder, 'states.json')];
    await writeFile(description, JSON.stringify(model));
    const script = fileURLToPath(new URL('webgpu/halves-steps-process.ts', import.meta.url));
    const commands = commandsOf(await runWithVulkan(script, [description, result], environment ?? {}));
    const [told = [], repeated = []] = JSON.parse(await readFile(result, 'utf8')) as HalvesStates; // our own child wrote it

    const form = boundFormFor('webgpu', model.manifest);
    if (!form) throw new Error('WebGPU has a bound decoder.');
    expect(form.numbers).toEqual({ layers: 'f16', cache: 'f16' });
    const wide = { ...form, numbers: { layers: 'f32', cache: 'f32' }, joinsGate: false } as const;
    const { decoder, cache } = await aBoundDecoder(model, 'cpu', wide);
    const expected = await halvesSteps(decoder, cache);
    await decoder.release();
    expect(told.length).toBe(expected.length);
    for (const [index, state] of expected.entries())
      expect(relativeDifference(Float32Array.from(told[index] ?? []), Float32Array.from(state))).toBeLessThan(
        0.02,
      );
    expect(repeated).toEqual(told);
    expect(commands.map(({ isRepeated, crossings }) => ({ isRepeated, crossings }))).toEqual([
      { isRepeated: false, crossings: 0 },
      { isRepeated: true, crossings: 0 },
    ]);
    // 12 of the layer, as with 32 bits, and 10 around it: narrowing and widening are three of these.
    expect(commands[0]?.dispatches.length).toBe(22);
  },
  20 * 60_000,
);
