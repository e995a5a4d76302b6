import { describe, expect, test } from 'vitest';
import { buildPromptIds } from '../../../native-models/runtime/prompt.ts';
import { imageMarker } from '../../../native-models/runtime/sequence.ts';
import { loadTokenizer } from '../../../native-models/runtime/tokenizer/tokenizer.ts';
import { goldenFolder, readGoldenJson } from './golden-folder.ts';

const tokenizer = await loadTokenizer(`${goldenFolder}/model`, {
  model: 'tokenizer.model',
  addedTokens: 'added_tokens.json',
});
const added = readGoldenJson<Record<string, number>>('model/added_tokens.json');
const golden = readGoldenJson<{ prompt: { question: string; ids: number[] }[] }>('tokenizer_cases.json');
const settings = {
  conversation: {
    system:
      "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions. ",
    user: 'USER: ',
    assistant: ' ASSISTANT:',
    turnEnd: '</s>',
  },
  tokens: {
    bos: 1,
    eos: 2,
    unk: 0,
    pad: 0,
    imageStart: 381,
    imageEnd: 382,
    codebook: [383, 384, 385, 386, 387, 388],
    added,
  },
};

describe('the prompt', () => {
  test.each(golden.prompt)('has the reference’s ids for $question', ({ question, ids }) => {
    expect(buildPromptIds({ history: [], question }, settings, tokenizer)).toEqual(ids);
  });

  test('of a second question begins with the first question and its answer as they were', () => {
    const question = 'Please segment the red circle.';
    const answer = 'It is [SEG0] [SEG1] [SEG2] [SEG3] [SEG4] [SEG5] .';
    const first = buildPromptIds({ history: [], question }, settings, tokenizer);
    const second = buildPromptIds(
      { history: [{ question, answer }], question: 'And the blue one?' },
      settings,
      tokenizer,
    );
    expect(second.slice(0, first.length)).toEqual(first);
    const rest = second.slice(first.length);
    // "▁It ▁is", the codebook, "▁ .", the end of the turn, then the next one.
    expect(rest.slice(0, rest.indexOf(2) + 1)).toEqual([
      ...tokenizer.encode('It is'),
      ...settings.tokens.codebook,
      ...tokenizer.encode('.'),
      2,
    ]);
    expect(rest.slice(rest.indexOf(2) + 1)).toEqual(tokenizer.encode('USER: And the blue one? ASSISTANT:'));
  });

  test('has one image whatever is typed', () => {
    const ids = buildPromptIds({ history: [], question: 'What is <image> here?' }, settings, tokenizer);
    expect(ids.filter((id) => id === imageMarker)).toHaveLength(1);
  });
});
