import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BytePairEncoder } from '../../../../native-models/runtime/tokenizer/byte-pair-encoder.ts';
import { parseSentencePieceModel } from '../../../../native-models/runtime/tokenizer/sentence-piece-model.ts';
import type { SentencePieceModel } from '../../../../native-models/runtime/tokenizer/sentence-piece-model.ts';
import { loadTokenizer, Tokenizer } from '../../../../native-models/runtime/tokenizer/tokenizer.ts';
import { goldenFolder, readGoldenJson } from '../golden-folder.ts';

const golden = readGoldenJson<{
  encode: { text: string; ids: number[] }[];
  decode: { ids: number[]; text: string }[];
}>('tokenizer_cases.json');
const files = { model: 'tokenizer.model', addedTokens: 'added_tokens.json' };
const tokenizer = await loadTokenizer(`${goldenFolder}/model`, files);
const model = parseSentencePieceModel(await readFile(`${goldenFolder}/model/tokenizer.model`));

describe('encoding', () => {
  test.each(golden.encode)('gives the reference’s ids for $text', ({ text, ids }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
  });

  test('agrees with merging by hand, best pair of all first, for random texts', () => {
    const random = randomNumbers(11);
    const alphabet = ['e', 's', 't', 'h', 'a', ' ', ' ', 'n', 'r', 'i', 'ä', '猫', '.', '▁', 'S', 'u'];
    for (let round = 0; round < 300; round++) {
      const text = Array.from(
        { length: 1 + (random() % 60) },
        () => alphabet[random() % alphabet.length],
      ).join('');
      expect(new BytePairEncoder(model).encode(text), text).toEqual(encodeSlowly(model, text));
    }
  });

  test('encodes a page of text without blowing up', () => {
    expect(tokenizer.encode('the red circle and the blue square '.repeat(2000)).length).toBeGreaterThan(
      10_000,
    );
  });

  test('takes the longest added token where one begins with another', () => {
    const nested = new Tokenizer(model, { '[A]': 500, '[A][B]': 501 });
    expect(nested.encode('[A][B][A]')).toEqual([501, 500]);
  });

  test('strips what Python calls white space around added tokens, and nothing else', () => {
    const seg = tokenizer.encode('[SEG0]');
    expect(tokenizer.encode('\u0085\u001c\u3000[SEG0]\u00a0\n')).toEqual(seg);
    expect(tokenizer.encode('[SEG0]\ufeff').length).toBeGreaterThan(1);
  });
});

describe('decoding', () => {
  test.each(golden.decode)('gives the reference’s text: $text', ({ ids, text }) => {
    expect(tokenizer.decode(ids)).toBe(text);
  });
});

describe('a tokenizer that cannot be used is refused', () => {
  test('when a file is missing', async () => {
    await expect(loadTokenizer('/nowhere', files)).rejects.toMatchObject({ code: 'tokenizer-invalid' });
  });

  test('when tokenizer.model is cut short anywhere', async () => {
    const bytes = await readFile(`${goldenFolder}/model/tokenizer.model`);
    for (const length of [0, 1, 7, 100, bytes.length - 3]) {
      expect(() => parseSentencePieceModel(bytes.subarray(0, length)), `${length} bytes`).toThrowError(
        expect.objectContaining({ code: 'tokenizer-invalid' }),
      );
    }
  });

  test('when tokenizer.model is noise', () => {
    const random = randomNumbers(5);
    for (let round = 0; round < 200; round++) {
      const noise = Uint8Array.from({ length: 200 }, () => random());
      expect(() => parseSentencePieceModel(noise)).toThrowError(
        expect.objectContaining({ code: 'tokenizer-invalid' }),
      );
    }
  });

  test('when added_tokens.json is not a table of numbers', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tokenizer-'));
    await writeFile(path.join(folder, files.model), await readFile(`${goldenFolder}/model/tokenizer.model`));
    await writeFile(path.join(folder, files.addedTokens), '{"[SEG0]": "three"}');
    await expect(loadTokenizer(folder, files)).rejects.toMatchObject({ code: 'tokenizer-invalid' });
  });
});

/** Byte-pair encoding as defined: look at all pairs, join the best (leftmost of equals), start over. */
function encodeSlowly(source: SentencePieceModel, text: string): number[] {
  const ids = new Map(
    source.pieces.flatMap((piece, id) => (piece.type === 'normal' ? [[piece.text, id] as const] : [])),
  );
  const symbols = [...` ${text}`.replaceAll(' ', '▁')];
  for (;;) {
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let index = 0; index + 1 < symbols.length; index++) {
      const id = ids.get(`${symbols[index]}${symbols[index + 1]}`);
      const score = id === undefined ? Number.NEGATIVE_INFINITY : (source.pieces[id]?.score ?? 0);
      if (score > bestScore) [best, bestScore] = [index, score];
    }
    if (best < 0) break;
    symbols.splice(best, 2, `${symbols[best]}${symbols[best + 1]}`);
  }
  const byteId = (byte: number): number =>
    source.pieces.findIndex(
      (piece) => piece.text === `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    );
  return symbols.flatMap((symbol) => ids.get(symbol) ?? [...new TextEncoder().encode(symbol)].map(byteId));
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
