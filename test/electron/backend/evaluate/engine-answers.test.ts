import { expect, test } from 'vitest';
import { answersOf } from '../../../../electron/backend/evaluate/engine-answers.ts';
import type { ModelCard } from '../../../../electron/backend/models/model-card.ts';
import { ModelError } from '../../../../native-models/errors.ts';
import type { AskEvent, AskRequest, Engine } from '../../../../native-models/runtime/engine.ts';

const stats = {
  ...{ firstTokenMs: 0, totalMs: 0, visionMs: 0, imageCached: false, prefillTokens: 0, reusedTokens: 0 },
  ...{ newTokens: 0, tokensPerSecond: 0, maskMs: [] },
};

/** An engine of two codebook tokens that notes what it is asked; more turns than `fits` are too long for it. */
function anEngine(rawAnswer: string, fits = 100): { engine: Engine; asked: AskRequest[] } {
  const asked: AskRequest[] = [];
  const engine = {
    manifest: { tokens: { codebook: [7, 8], added: { '[SEG0]': 7, '[SEG1]': 8 } } },
    async *ask(request: AskRequest): AsyncGenerator<AskEvent> {
      await Promise.resolve();
      asked.push(request);
      if (request.history.length > fits) throw new ModelError('prompt-too-long', 'Too long.');
      yield { type: 'text', delta: rawAnswer.replaceAll(/\[SEG\d\] ?/gu, '') };
      yield { type: 'done', rawAnswer, ids: [], stopped: 'end', discarded: 0, unfamiliarity: null, stats };
    },
  };
  // Only what is under test is there.
  return { engine: engine as unknown as Engine, asked };
}

const history = ['one', 'two', 'three', 'four'].map((question) => ({ question, answer: 'The cup {seg}.' }));
const asking = {
  image: { key: 'a', width: 2, height: 2, data: new Uint8Array(12) },
  question: 'Where?',
  history,
};
const aCard = (limits: Partial<ModelCard>): ModelCard => ({
  shown: { name: 'm', summary: '', text: '', vocabulary: null },
  ...{ historyTurns: null, maxNewTokens: null, questions: [], questionsElsewhere: null, ...limits },
});
const { signal } = new AbortController();

test('the turns and tokens of the model’s card hold, and earlier answers are told with its own tokens', async () => {
  const { engine, asked } = anEngine('It is here.');
  await answersOf(engine, { card: aCard({ historyTurns: 1, maxNewTokens: 40 }), style: 'app' })(
    asking,
    signal,
  );
  expect(asked[0]).toMatchObject({
    history: [{ question: 'four', answer: 'The cup [SEG0] [SEG1].' }],
    question: 'Where?',
    maxNewTokens: 40,
    maskPolicy: 'full-groups',
  });
});

test('a card of no turns tells none', async () => {
  const { engine, asked } = anEngine('It is here.');
  await answersOf(engine, { card: aCard({ historyTurns: 0 }), style: 'app' })(asking, signal);
  expect(asked[0]?.history).toEqual([]);
});

test('a conversation that has outgrown the model goes on with half as many turns each time', async () => {
  const { engine, asked } = anEngine('It is here.', 1);
  await answersOf(engine, { card: null, style: 'app' })(asking, signal);
  expect(asked.map((request) => request.history.map(({ question }) => question))).toEqual([
    ['one', 'two', 'three', 'four'],
    ['three', 'four'],
    ['four'],
  ]);
  const tooLong = answersOf(anEngine('', -1).engine, { card: null, style: 'app' })(asking, signal);
  await expect(tooLong).rejects.toMatchObject({ code: 'prompt-too-long' });
});

test('asked as the repository asks: its words after the question, no history, its masks, its limit', async () => {
  const { engine, asked } = anEngine('The cup [SEG0] [SEG1] and [SEG0]');
  const answer = answersOf(engine, { card: aCard({ maxNewTokens: 40 }), style: 'repository' });
  expect((await answer(asking, signal)).text).toBe('The cup {seg} and ');
  expect(asked[0]).toMatchObject({
    history: [],
    question: 'Where? Please respond with segmentation mask.',
    maxNewTokens: null,
    maskPolicy: 'reference',
  });
});
