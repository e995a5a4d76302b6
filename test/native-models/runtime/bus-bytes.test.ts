import { expect, test } from 'vitest';
import { BoundCache } from '../../../native-models/runtime/bound-cache.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import type { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';
import { generate, prefill } from '../../../native-models/runtime/generate.ts';
import { floats, integers } from '../../../native-models/runtime/ort-tensors.ts';
import type { RunTensor, Session } from '../../../native-models/runtime/ort-tensors.ts';
import type { Network } from '../../../native-models/pixellm/network.ts';
import { predictedDispatches } from './predicted-dispatches.ts';

const language = {
  ...{ hidden: 4096, layers: 32, heads: 32, headDim: 128, intermediate: 11008, vocabulary: 32009 },
  ...{ epsilon: 1e-6, ropeBase: 10_000, maxPositions: 2048 },
};
const codebook = [32003, 32004, 32005, 32006, 32007, 32008];
const never = new AbortController().signal;

test('a token of the 7B’s shapes sends less than 1 MB over the bus, prompt and codebook runs counted', async () => {
  const script = [...Array(8).fill(7), ...codebook, ...Array(6).fill(8), ...codebook, 9, 9, 9, 2] as number[];
  let said = 0;
  let bytes = 0;
  const count = (tensors: Readonly<Record<string, RunTensor>>): void => {
    for (const tensor of Object.values(tensors))
      if (tensor.location === 'host') bytes += tensor.data.byteLength;
  };
  const session: Session = {
    ...{ inputNames: [], outputNames: [], release: () => Promise.resolve() },
    allocate: (_, dims) => Promise.resolve({ location: 'device', dims, release: () => undefined }),
    run: (feeds, outputs, bound = {}) => {
      const rows = feeds['rows']?.dims[0] ?? 0;
      // A codebook run is drafted whole: the choice after each of its rows is the next.
      const choices = Array.from({ length: rows }, (_, row) => script[said + row] ?? 2);
      said += rows;
      const results = {
        choice: integers(choices, [rows]),
        hidden: floats(new Float32Array(rows * 4096), [rows, 4096]),
      };
      expect(outputs).toEqual(['choice', 'hidden']);
      expect(Object.values(bound).every(({ location }) => location === 'device')).toBe(true);
      count(feeds);
      count(results);
      return Promise.resolve(results);
    },
  };
  const row = new Float32Array(language.hidden);
  const embedding = { row: () => Promise.resolve(row) } as unknown as EmbeddingTable;
  const cache = await BoundCache.create(session, language, { capacity: 2048, dtype: 'f16' });
  const decoder = new Decoder({ session, cache, embedding, language, imageTokens: () => row });
  const prompt = Array.from({ length: 251 }, (_, position) => ({
    token: 5,
    image: null,
    position,
    isVisible: true,
  }));
  const start = await prefill(decoder, prompt, [], never);
  said = 1;
  const limits = { maxNewTokens: 64, contextLength: 2048, endToken: 2, draftIds: codebook };
  let tokens = 0;
  for await (const _ of generate(decoder, { ...start, choice: script[0] ?? 2 }, limits, never)) tokens++;
  expect(tokens).toBe(script.length);
  expect(bytes / tokens).toBeLessThan(1e6);
  // The cache itself would be 2 x 32 x 4096 numbers for each of some 280 places, up at each of twenty steps.
  expect(bytes / tokens).toBeGreaterThan(2 * 4 * 4096); // a row of embeddings up and a state down, at least
});

test('a step of the 7B’s shapes on WebGPU, told from its graph alone: as many dispatches as the small models’ counted ones say', () => {
  const sized = (layers: number): Network => ({ language: { ...language, layers } }) as Network; // all that the decoder reads
  const step = (precision: 'int4' | 'int8' | 'fp32', layers: number): number =>
    predictedDispatches(sized(layers), precision);
  // Counted on SwiftShader with one layer and with two (webgpu-decoder.test.ts asserts that this is what is predicted): 8, 11 or 12 a layer and 7.
  expect([step('int4', 32), step('int8', 32), step('fp32', 32)]).toEqual([
    8 * 32 + 7,
    11 * 32 + 7,
    12 * 32 + 7,
  ]);
});
