import { describe, expect, test } from 'vitest';
import { generate, prefill } from '../../../native-models/runtime/generate.ts';
import type {
  GeneratedToken,
  GenerationOptions,
  StopReason,
} from '../../../native-models/runtime/generate.ts';
import { imageMarker, promptCells } from '../../../native-models/runtime/sequence.ts';
import type { Cell } from '../../../native-models/runtime/sequence.ts';
import { scriptedBoundDecoder, scriptedDecoder } from './scripted-model.ts';
import type { NextToken, ScriptedDecoder } from './scripted-model.ts';

const end = 2;
const codebook = [40, 41, 42, 43, 44, 45];
const image = {
  side: 8,
  patch: 1,
  grid: 8,
  pool: 1,
  tokens: 64,
  mean: [0, 0, 0] as [number, number, number],
  std: [1, 1, 1] as [number, number, number],
};
const kept = Array.from({ length: 64 }, (_, token) => token % 8 < 5);
const defaults: GenerationOptions = {
  maxNewTokens: 60,
  contextLength: 250,
  endToken: end,
  draftIds: codebook,
};
const never = new AbortController().signal;

describe('drafting', () => {
  test('gives the same tokens and states as one token at a time, whatever the model says', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = unreliableWriter(seed);
      const limits = { maxNewTokens: 5 + (seed % 40), contextLength: seed % 7 === 0 ? 75 : 250 };
      const plain = await answer(next, { ...defaults, ...limits, draftIds: [] });
      const drafted = await answer(next, { ...defaults, ...limits });
      expect({ tokens: drafted.tokens, stopped: drafted.stopped }, `seed ${seed}`).toEqual({
        tokens: plain.tokens,
        stopped: plain.stopped,
      });
      expect(drafted.runs.length).toBeLessThanOrEqual(plain.runs.length);
    }
  });

  test('costs one run for a whole codebook run the model agrees with', async () => {
    const { tokens, runs } = await answer(script([7, ...codebook, 8, end]));
    expect(tokens.map((token) => token.id)).toEqual([7, ...codebook, 8, end]);
    expect(runs.slice(1)).toEqual([1, 6, 1]); // after the prefill: 7; the six; 8
  });

  test('throws a wrong draft away', async () => {
    const odd = [41, 40, 40, 45, 42, 42, 9, end];
    expect((await answer(script(odd))).tokens.map((token) => token.id)).toEqual(odd);
  });

  test('never goes past the limit of new tokens or of the context', async () => {
    const limited = await answer(script([...codebook, 7, end]), { ...defaults, maxNewTokens: 3 });
    expect(limited).toMatchObject({ stopped: 'limit' });
    expect(limited.tokens.map((token) => token.id)).toEqual(codebook.slice(0, 3));
    const prompt = 67;
    const full = await answer(script([...codebook, 7, end]), { ...defaults, contextLength: prompt + 2 });
    expect(full).toMatchObject({ stopped: 'context' });
    expect(full.tokens.map((token) => token.id)).toEqual(codebook.slice(0, 3));
  });
});

describe('a cache in the GPU’s memory, which also chooses there', () => {
  test('gives the tokens and states of plain greedy decoding, drafted or not', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = unreliableWriter(seed);
      // Limits that end inside a codebook run, a stop inside a draft, the end of the context.
      const limits = {
        maxNewTokens: 1 + (seed % 40),
        contextLength: seed % 3 === 0 ? 68 + (seed % 20) : 250,
      };
      const plain = await answer(next, { ...defaults, ...limits, draftIds: [] });
      for (const draftIds of [[], codebook]) {
        const options = { ...defaults, ...limits, draftIds };
        const bound = await answer(next, options, await scriptedBoundDecoder(next));
        expect({ tokens: bound.tokens, stopped: bound.stopped }, `seed ${seed}`).toEqual({
          tokens: plain.tokens,
          stopped: plain.stopped,
        });
      }
    }
  });

  test('reads a follow-up only from where it differs, over what a broken-off answer left behind', async () => {
    const { decoder, runs } = await scriptedBoundDecoder(hash);
    const start = await prefill(decoder, cells([1, 5, imageMarker, 6, 7, 8]), [], never);
    const controller = new AbortController();
    const tokens = generate(decoder, start, defaults, controller.signal);
    for (let count = 0; count < 5; count++) await tokens.next();
    controller.abort();
    await expect(tokens.next()).rejects.toMatchObject({ code: 'cancelled' });
    const next = cells([1, 5, imageMarker, 6, 9, 9, 9]);
    runs.length = 0;
    const reusing = await prefill(decoder, next, [], never);
    const fresh = await prefill((await scriptedBoundDecoder(hash)).decoder, next, [], never);
    expect(reusing).toEqual({ ...fresh, reused: 43, computed: 3 });
    expect(runs).toEqual([3]);
    const [one, other] = [
      await collect(generate(decoder, reusing, defaults, never)),
      await answer(hash, defaults, scriptedDecoder(hash), [1, 5, imageMarker, 6, 9, 9, 9]),
    ];
    expect(one.tokens).toEqual(other.tokens);
  });

  test('says so when it computes what is no number', async () => {
    const { decoder } = await scriptedBoundDecoder(() => Number.NaN);
    await expect(prefill(decoder, cells([1, 5, 6]), [], never)).rejects.toMatchObject({
      code: 'answer-not-finite',
    });
  });
});

describe('the prompt', () => {
  test('is read in chunks with the same result as in one piece', async () => {
    const long = cells([1, ...Array.from({ length: 150 }, (_, index) => 3 + (index % 30))]);
    const { decoder, runs } = scriptedDecoder(hash);
    const chunked = await prefill(decoder, long, [], never);
    const whole = await scriptedDecoder(hash).decoder.forward(long, [long.length - 1]);
    expect(chunked.logits).toEqual(whole.logits(0));
    expect(runs).toEqual([64, 64, 23]);
  });

  test('is read only from where it differs from the last one', async () => {
    const { decoder, runs } = scriptedDecoder(hash);
    await prefill(decoder, cells([1, 5, imageMarker, 6, 7, 8]), [], never);
    const next = cells([1, 5, imageMarker, 6, 9, 9, 9]);
    const reusing = await prefill(decoder, next, [], never);
    const fresh = await prefill(scriptedDecoder(hash).decoder, next, [], never);
    expect(reusing).toEqual({ ...fresh, reused: 43, computed: 3 });
    expect(runs).toEqual([45, 3]);
  });

  test('shares nothing of another image, and its last cell is always computed', async () => {
    const { decoder } = scriptedDecoder(hash);
    const prompt = cells([1, 5, imageMarker, 6]);
    await prefill(decoder, prompt, [], never);
    expect((await prefill(decoder, prompt, [], never)).computed).toBe(1);
    expect((await prefill(decoder, cells([1, 5, imageMarker, 6], 'other'), [], never)).reused).toBe(2);
  });

  test('gives the states that were asked for, computing them anew', async () => {
    const { decoder } = scriptedDecoder(hash);
    const prompt = cells([1, 5, 7, 9, 11, 13]);
    const whole = await scriptedDecoder(hash).decoder.forward(prompt, [2, 4]);
    await prefill(decoder, prompt, [], never);
    const found = await prefill(decoder, prompt, [2, 4], never);
    expect(found.states).toEqual([
      { cell: 2, state: whole.state(0) },
      { cell: 4, state: whole.state(1) },
    ]);
    expect(found.reused).toBe(2);
  });

  test('without its padded image tokens gives the same answer as with them', async () => {
    const ids = [1, 5, imageMarker, 6, 7];
    const left = promptCells(ids, { key: 'image', kept }, image);
    const all = promptCells(ids, { key: 'image', kept }, image, { keepPadding: true });
    expect([left.length, all.length]).toEqual([44, 68]);
    expect(left.at(-1)?.position).toBe(all.at(-1)?.position);
    const [fewer, more] = [scriptedDecoder(hash).decoder, scriptedDecoder(hash).decoder];
    const [first, second] = [await prefill(fewer, left, [], never), await prefill(more, all, [], never)];
    expect(first.logits).toEqual(second.logits);
    const [short, long] = [
      await collect(generate(fewer, first, defaults, never)),
      await collect(generate(more, second, defaults, never)),
    ];
    expect(short).toEqual(long);
  });
});

describe('cancelling', () => {
  test('stops between chunks of the prompt and between tokens, and the decoder can be used again', async () => {
    const { decoder, runs } = scriptedDecoder(hash);
    const prompt = cells([1, ...Array.from({ length: 150 }, (_, index) => 3 + (index % 30))]);
    await expect(prefill(decoder, prompt, [], AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(runs).toEqual([]);

    const start = await prefill(decoder, prompt, [], never);
    const controller = new AbortController();
    const tokens = generate(decoder, start, defaults, controller.signal);
    await tokens.next();
    controller.abort();
    await expect(tokens.next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(await prefill(decoder, prompt, [], never)).toMatchObject({ logits: start.logits });
  });
});

async function answer(
  next: NextToken,
  options = defaults,
  { decoder, runs }: ScriptedDecoder = scriptedDecoder(next),
  prompt: readonly number[] = [1, imageMarker, 5, 6],
): Promise<{ tokens: GeneratedToken[]; stopped: StopReason; runs: number[] }> {
  const start = await prefill(decoder, cells(prompt), [], never);
  return { ...(await collect(generate(decoder, start, options, never))), runs };
}

async function collect(
  tokens: AsyncGenerator<GeneratedToken, StopReason>,
): Promise<{ tokens: GeneratedToken[]; stopped: StopReason }> {
  const found: GeneratedToken[] = [];
  for (;;) {
    const next = await tokens.next();
    if (next.done === true) return { tokens: found, stopped: next.value };
    found.push(next.value);
  }
}

function cells(ids: readonly number[], key = 'image'): Cell[] {
  return promptCells(ids, { key, kept }, image);
}

/** Says the given tokens one after the other, then the end token. */
function script(tokens: readonly number[]): NextToken {
  return (seen) => {
    const said = seen.filter(({ token }) => token < 1000).length - 3; // the prompt's three words
    return tokens[Math.max(0, said)] ?? end;
  };
}

/** Depends on every token seen and its position. */
const hash: NextToken = (seen) =>
  3 +
  (seen.reduce(
    (sum, { token, position }) => (Math.imul(sum, 31) + Math.imul(token + 7, position + 3)) >>> 0,
    11,
  ) %
    30);

/** Likes codebook runs, but often breaks or reorders them. */
function unreliableWriter(seed: number): NextToken {
  return (seen) => {
    const last = seen.at(-1)?.token ?? 0;
    const dice =
      seen.reduce((sum, { token, position }) => (Math.imul(sum, 33) + token * 5 + position) >>> 0, seed) %
      100;
    const place = codebook.indexOf(last);
    if (place >= 0 && place < 5)
      return dice < 80 ? (codebook[place + 1] ?? end) : (codebook[dice % 6] ?? end);
    if (dice < 30) return codebook[0] ?? end;
    return dice > 96 ? end : 3 + (dice % 30);
  };
}
