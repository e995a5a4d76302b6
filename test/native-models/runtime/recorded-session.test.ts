import { expect, test } from 'vitest';
import { isStepOrDraft } from '../../../native-models/runtime/bound-decoder.ts';
import { boundDecoderModel } from '../../../native-models/runtime/bound-decoder-graph.ts';
import { BoundCache } from '../../../native-models/runtime/bound-cache.ts';
import { openBoundSession } from '../../../native-models/runtime/bound-session.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { cudaRuntime } from '../../../native-models/runtime/device/cuda-library.ts';
import { ortApi } from '../../../native-models/runtime/ort-api.ts';
import type { Session } from '../../../native-models/runtime/ort-tensors.ts';
import { RecordedSession } from '../../../native-models/runtime/recorded-session.ts';
import { repeatsAgree } from '../../../native-models/runtime/runs-that-agree.ts';
import { aRandomDecoder, openOnCpu } from './random-decoders.ts';
import { draftedCells, randomEmbeddings } from './random-parts.ts';
import { decoderRuns } from './webgpu/decoder-runs.ts';

// The CPU's provider in WebGPU's place: the same sending, fixed places and fetching, with the graph computed again where a card would repeat it.
// That a card repeats what it recorded is webgpu-decoder.test.ts.
const form = { numbers: { layers: 'f32', cache: 'f32' }, joinsProjections: true, joinsGate: false } as const;
const onCpu = { provider: 'cpu', threads: 1, device: 0 } as const;

test.skipIf(process.platform !== 'linux')(
  'runs with recordings give what runs without them give, in two memories by turns, and no more kinds of runs are recorded than there is room for',
  async () => {
    const { folder, manifest } = await aRandomDecoder(3, 'fp32');
    const { language } = manifest.network;
    const model = await boundDecoderModel(folder, manifest, form);
    const api = ortApi(cudaRuntime());
    const recorded = new RecordedSession(openBoundSession(api, model, { ...onCpu, folder }), {
      openBeside: (graph) => openBoundSession(api, graph, onCpu),
      comesAgain: isStepOrDraft(draftedCells),
    });
    const decoderOf = async (session: Session): Promise<Decoder> => {
      const cache = await BoundCache.create(session, language, { capacity: 128, dtype: 'f32' });
      return new Decoder({ session, cache, ...randomEmbeddings(language) });
    };
    const plain = await decoderRuns(await decoderOf(await openOnCpu(model, folder)));

    const first = await decoderOf(recorded);
    expect(await decoderRuns(first)).toEqual(plain);
    expect(recorded.recordings).toBe(2); // steps, and drafts
    const second = await decoderOf(recorded);
    expect(await decoderRuns(second)).toEqual(plain);
    expect(recorded.recordings).toBe(4);
    // A third finds no room and is run as without recordings; the first still answers from its own memory.
    expect(await decoderRuns(await decoderOf(recorded))).toEqual(plain);
    expect(recorded.recordings).toBe(4);
    first.truncate(0);
    expect(await decoderRuns(first)).toEqual(plain);
    await recorded.release();
  },
);

test.skipIf(process.platform !== 'linux')('a recording that gives something else is found out', async () => {
  const { folder, manifest } = await aRandomDecoder(3, 'fp32');
  const { language } = manifest.network;
  const session = await openOnCpu(await boundDecoderModel(folder, manifest, form), folder);
  const cacheOf = () => BoundCache.create(session, language, { capacity: 128, dtype: 'f32' });
  const comesAgain = isStepOrDraft(draftedCells);
  for (const wrong of ['nothing', 'steps', 'drafts'] as const) {
    let [runs, last] = [0, null as Awaited<ReturnType<Session['run']>> | null];
    // From the third on, runs of that kind give what the one before gave.
    const stuck: Session = {
      ...session,
      allocate: (dtype, dims) => session.allocate(dtype, dims),
      run: async (feeds, outputs, bound) => {
        const results = await session.run(feeds, outputs, bound);
        const isStep = feeds['embeds']?.dims[1] === 1;
        if (!comesAgain(feeds) || wrong !== (isStep ? 'steps' : 'drafts')) return results;
        if (++runs > 2 && last) return last;
        last = results;
        return results;
      },
    };
    const decoder = new Decoder({ session: stuck, cache: await cacheOf(), ...randomEmbeddings(language) });
    expect(await repeatsAgree(decoder, language, draftedCells), wrong).toBe(wrong === 'nothing');
    expect(decoder.cells).toEqual([]);
  }
  await session.release();
});
