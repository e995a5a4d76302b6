import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { boundDecoderModel } from '../../../native-models/runtime/bound-decoder-graph.ts';
import type { Decoder } from '../../../native-models/runtime/decoder.ts';
import { generate, prefill } from '../../../native-models/runtime/generate.ts';
import type { GeneratedToken, GenerationOptions } from '../../../native-models/runtime/generate.ts';
import type { Cell } from '../../../native-models/runtime/sequence.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { largestDifference, relativeDifference } from '../run-graph.ts';
import { aRandomDecoder, bothDecoders } from './random-decoders.ts';
import { aBoundDecoder } from './random-parts.ts';

const end = 2;
/** Half of the vocabulary, so that random weights write codebook runs, break them off and stop inside them. */
const codebook = [7, 8, 9, 10, 11, 12];
const exact = {
  numbers: { layers: 'f32', cache: 'f32' },
  joinsProjections: false,
  joinsGate: false,
} as const;
const never = new AbortController().signal;

describe.each([
  ['fp32', 32, 1e-5],
  ['int8', 32, 5e-3],
  ['int4', 32, 5e-3],
  ['int4', 64, 5e-3],
] as const)(
  'the decoder whose cache is written in place, at %s in blocks of %d',
  (precision, block, tolerance) => {
    test('answers as the one that reads it in main memory: random networks, prompts with gaps, follow-ups', async () => {
      for (let seed = 1; seed <= 6; seed++) {
        const model = await aRandomDecoder(seed, precision, {}, block);
        const { split, bound } = await bothDecoders(model, { ...exact, joinsProjections: seed > 3 });
        const random = seededRandom(100 + seed);
        const first = aPrompt(random, 20 + seed * 17);
        const followUp = [...first.slice(0, 15), ...aPrompt(random, 9, first[14]?.position)];
        for (const prompt of [first, followUp]) {
          const options = {
            maxNewTokens: 7 + seed * 3,
            contextLength: seed % 2 === 0 ? 256 : (prompt.at(-1)?.position ?? 0) + 6,
            endToken: end,
            draftIds: codebook,
          };
          const [expected, found] = [
            await answer(split, prompt, options),
            await answer(bound, prompt, options),
          ];
          // Kernels for 4- and 8-bit weights depend on the number of rows: where the best two are that near, either may win.
          const same = agreement(expected, found);
          expect(same, `seed ${seed}`).toBeGreaterThanOrEqual(precision === 'fp32' ? expected.length : 1);
          for (let index = 0; index < same; index++)
            expect(
              largestDifference(
                found[index]?.state ?? new Float32Array(),
                expected[index]?.state ?? new Float32Array(),
              ),
            ).toBeLessThan(tolerance * 40);
        }
        await Promise.all([split.release(), bound.release()]);
      }
    });
  },
);

test('stops anywhere as plain greedy decoding does: runs that end inside codebook groups, every limit, every end of the context, cancelled at every token', async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const model = await aRandomDecoder(seed, 'fp32');
    const { split } = await bothDecoders(model, exact);
    const { decoder: bound, cache } = await aBoundDecoder(model, 'cpu', { ...exact, joinsProjections: true });
    cache.limitRuns(2 + seed); // a group has six tokens
    const groups = [5, ...codebook, 4, ...codebook, 6].map(
      (token, position): Cell => ({ token, image: null, position, isVisible: true }),
    );
    const plain = { maxNewTokens: 24, contextLength: 256, endToken: end, draftIds: [] };
    const drafted = { ...plain, draftIds: codebook };
    const whole = await answer(split, groups, plain);
    expect(ids(await answer(bound, groups, drafted))).toEqual(ids(whole));
    for (let limit = 1; limit <= whole.length; limit++) {
      const stopped = await answer(bound, groups, { ...drafted, maxNewTokens: limit });
      expect(ids(stopped), `seed ${seed}, ${limit} tokens`).toEqual(ids(whole.slice(0, limit)));
      const contextLength = groups.length + limit - 1;
      const [cut, expected] = [
        await answer(bound, groups, { ...drafted, contextLength }),
        await answer(split, groups, { ...plain, contextLength }),
      ];
      expect(ids(cut), `seed ${seed}, context of ${contextLength}`).toEqual(ids(expected));
      // What a cancelled answer left in the cache must not be seen by the next one.
      await cancelAfter(bound, groups, drafted, limit);
      expect(ids(await answer(bound, groups, drafted)), `seed ${seed}, cancelled at ${limit}`).toEqual(
        ids(whole),
      );
    }
    await Promise.all([split.release(), bound.release()]);
  }
});

test('a wide model is read as its folder has it, in the blocks of 64 of now or the 32 of before', async () => {
  const wide = { hidden: 1024, layers: 1, heads: 8, headDim: 128 };
  for (const block of [32, 64] as const) {
    const model = await aRandomDecoder(2, 'int4', wide, block);
    const { split, bound } = await bothDecoders(model, exact);
    const prompt = aPrompt(seededRandom(5), 12);
    const options = { maxNewTokens: 1, contextLength: 256, endToken: end, draftIds: [] };
    const [expected] = await answer(split, prompt, options);
    const [found] = await answer(bound, prompt, options);
    if (!expected || !found) throw new Error('One token was asked for.');
    expect(relativeDifference(found.state, expected.state), `blocks of ${block}`).toBeLessThan(5e-2);
    await Promise.all([split.release(), bound.release()]);
  }
});

test('a folder whose decoder lacks a weight is told as damaged', async () => {
  const { folder, manifest } = await aRandomDecoder(1, 'fp32');
  const other = { ...manifest, precision: 'int4' } as const;
  await expect(boundDecoderModel(folder, other, exact)).rejects.toMatchObject({ code: 'model-damaged' });
  await writeFile(path.join(folder, manifest.graphs.decoder.graph), Uint8Array.of(58, 200, 1, 42));
  await expect(boundDecoderModel(folder, manifest, exact)).rejects.toMatchObject({ code: 'model-damaged' });
});

/** Words whose positions now and then jump, as they do where padding was left out. */
function aPrompt(random: () => number, length: number, after = -1): Cell[] {
  let position = after;
  return Array.from({ length }, () => {
    position += random() < 0.1 ? 1 + Math.floor(random() * 4) : 1;
    return { token: 3 + Math.floor(random() * 11), image: null, position, isVisible: true };
  });
}

async function answer(
  decoder: Decoder,
  prompt: readonly Cell[],
  options: GenerationOptions,
): Promise<GeneratedToken[]> {
  const tokens: GeneratedToken[] = [];
  const start = await prefill(decoder, prompt, [], never);
  for await (const token of generate(decoder, start, options, never)) tokens.push(token);
  return tokens;
}

function ids(tokens: readonly GeneratedToken[]): number[] {
  return tokens.map(({ id }) => id);
}

/** Asks and gives up once `count` tokens were said; a shorter answer ends by itself. */
async function cancelAfter(
  decoder: Decoder,
  prompt: readonly Cell[],
  options: GenerationOptions,
  count: number,
): Promise<void> {
  const controller = new AbortController();
  const start = await prefill(decoder, prompt, [], controller.signal);
  let said = 0;
  try {
    for await (const _ of generate(decoder, start, options, controller.signal))
      if (++said === count) controller.abort();
  } catch (cause) {
    expect(cause).toMatchObject({ code: 'cancelled' });
  }
}

/** Tokens until the first that differs. */
function agreement(a: readonly GeneratedToken[], b: readonly GeneratedToken[]): number {
  const first = a.findIndex((token, index) => token.id !== b[index]?.id);
  return first < 0 && a.length === b.length ? a.length : Math.max(first, 0);
}
