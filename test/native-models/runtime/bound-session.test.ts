import { describe, expect, test } from 'vitest';
import { BoundCache } from '../../../native-models/runtime/bound-cache.ts';
import { boundDecoderModel } from '../../../native-models/runtime/bound-decoder-graph.ts';
import { openBoundSession } from '../../../native-models/runtime/bound-session.ts';
import { ortApi, OrtApi } from '../../../native-models/runtime/ort-api.ts';
import { cudaRuntime } from '../../../native-models/runtime/device/cuda-library.ts';
import { floats, hostFloats, hostIntegers, integers } from '../../../native-models/runtime/ort-tensors.ts';
import type { Session } from '../../../native-models/runtime/ort-tensors.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { randomFloats } from '../run-graph.ts';
import { aRandomDecoder, openOnCpu } from './random-decoders.ts';

// The way to a CUDA card, over the C interface, with the CPU's provider in the card's place: the same calls, the same binding.
const form = { numbers: { layers: 'f32', cache: 'f32' }, joinsProjections: false, joinsGate: false } as const;
const onCpu = { provider: 'cpu', threads: 1, device: 0 } as const;

describe.skipIf(process.platform !== 'linux')('a session over the C interface', () => {
  test('computes what the Node binding computes, run after run, in memory that it was given once', async () => {
    const { folder, manifest } = await aRandomDecoder(3, 'int8');
    const { language } = manifest.network;
    const model = await boundDecoderModel(folder, manifest, form);
    const mine = openBoundSession(ortApi(cudaRuntime()), model, { ...onCpu, folder });
    const binding = await openOnCpu(model, folder);
    const embeds = randomFloats(seededRandom(4), 60 * language.hidden);
    const read = async (session: Session): Promise<unknown[]> => {
      const cache = await BoundCache.create(session, language, { capacity: 64, dtype: 'f32' });
      const seen: unknown[] = [];
      // A prompt in two pieces, steps, a draft of which two rows are kept, and steps again.
      for (const [count, kept] of [
        [40, 40],
        [9, 9],
        [1, 1],
        [1, 1],
        [6, 2],
        [1, 1],
      ] as const) {
        const start = cache.rows;
        const cells = Array.from({ length: count }, (_, index) => ({
          ...{ token: 1, image: null, isVisible: true, position: start + index },
        }));
        const rows = embeds.slice(start * language.hidden, (start + count) * language.hidden);
        const feeds = {
          embeds: floats(rows, [1, count, language.hidden]),
          rows: integers([0, count - 1], [2]),
          ...cache.inputs([], cells),
        };
        const outputs = await session.run(feeds, ['choice', 'hidden'], cache.bound);
        seen.push(hostIntegers(outputs, 'choice'), [...hostFloats(outputs, 'hidden')]);
        cache.append({}, kept);
      }
      cache.release();
      await session.release();
      return seen;
    };
    expect(await read(mine)).toEqual(await read(binding));
  });

  test('fails with the library’s own words: no model, an input that is missing, a library that is none', async () => {
    const api = ortApi(cudaRuntime());
    expect(() => openBoundSession(api, Uint8Array.of(1, 2, 3), onCpu)).toThrow(/protobuf|model/iu);
    const { folder, manifest } = await aRandomDecoder(1, 'fp32');
    const session = openBoundSession(api, await boundDecoderModel(folder, manifest, form), {
      ...onCpu,
      folder,
    });
    await expect(session.run({}, ['choice'])).rejects.toThrow(/input/iu);
    await session.release();
    expect(() => new OrtApi('/nowhere/libonnxruntime.so.1')).toThrow(
      expect.objectContaining({ code: 'provider-missing' }),
    );
  });

  test('says which library is missing where CUDA’s provider is not there', () => {
    expect(() =>
      openBoundSession(ortApi(cudaRuntime()), Uint8Array.of(), { ...onCpu, provider: 'cuda' }),
    ).toThrow(/libonnxruntime_providers_(shared|cuda)/u);
  });
});
