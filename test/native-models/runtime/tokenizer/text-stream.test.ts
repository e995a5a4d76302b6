import { describe, expect, test } from 'vitest';
import { TextStream } from '../../../../native-models/runtime/tokenizer/text-stream.ts';
import { loadTokenizer } from '../../../../native-models/runtime/tokenizer/tokenizer.ts';
import { goldenFolder, readGoldenJson } from '../golden-folder.ts';

const tokenizer = await loadTokenizer(`${goldenFolder}/model`, {
  model: 'tokenizer.model',
  addedTokens: 'added_tokens.json',
});
const { encode } = readGoldenJson<{ encode: { text: string; ids: number[] }[] }>('tokenizer_cases.json');
const firstOrdinary = 3;
const firstAdded = 380;
const ordinaryOnly = encode.filter(({ ids }) => ids.every((id) => id >= firstOrdinary && id < firstAdded));

describe('streaming text', () => {
  test.each(ordinaryOnly)('adds up to the whole decoded text: $text', ({ ids }) => {
    expect(streamed(ids).join('')).toBe(tokenizer.decode(ids));
  });

  test('holds a character back until all of its bytes are there', () => {
    expect(streamed(tokenizer.encode('a猫'))).toEqual(['a', '', '', '猫', '']);
  });

  test('shows each byte of a broken character as one replacement', () => {
    const [, ...bytes] = tokenizer.encode('猫');
    expect(streamed(bytes.slice(0, 2)).join('')).toBe('\ufffd\ufffd');
  });

  test.each([
    { after: ', and', shown: ', and' },
    { after: ' and the plate', shown: ' and the plate' },
    { after: '.', shown: '.' },
    { after: '’s edge', shown: '’s edge' },
    { after: '猫', shown: ' 猫' },
  ])('behind a target reads well: $after', ({ after, shown }) => {
    const stream = new TextStream(tokenizer);
    const before = tokenizer.encode('The knife').map((id) => stream.push(id));
    const between = stream.interrupt();
    const rest = tokenizer.encode(after.trim()).map((id) => stream.push(id));
    expect([...before, between, ...rest, stream.end()].join('')).toBe(`The knife${shown}`);
  });

  test('says nothing for special tokens and the text of other added ones', () => {
    expect(streamed([1, 2]).join('')).toBe('');
    expect(streamed(tokenizer.encode('a<im_patch>')).join('')).toBe('a<im_patch>');
  });
});

function streamed(ids: readonly number[]): string[] {
  const stream = new TextStream(tokenizer);
  return [...ids.map((id) => stream.push(id)), stream.end()];
}
