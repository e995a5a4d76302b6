import { expect, test } from 'vitest';
import { asTaught } from '../../../../electron/backend/chat/as-taught.ts';
import type { ModelCard } from '../../../../electron/backend/models/model-card.ts';
import { anApp } from '../../../helpers/an-app.ts';

const card = (vocabulary: string[] | null): ModelCard => ({
  shown: { name: 'Small', summary: '', text: '', vocabulary },
  historyTurns: null,
  maxNewTokens: null,
  questions: [],
  questionsElsewhere: null,
});

test.each([
  ['WHAT IS RED?', 'What is red?'],
  ['what is Red', 'what is red'],
  ['Segment the APPLE.', 'Segment the apple.'],
  ['Where is it? IS THE APPLE RED?', 'Where is it? Is the apple red?'],
  ['What is red?', 'What is red?'],
  ['Find the USB hub near Paris.', 'Find the usb hub near Paris.'],
])('capitals are no unknown words to a model with a closed vocabulary: %s', (asked, told) => {
  expect(asTaught(asked, card(['red', 'apple', 'what', 'is', 'where']))).toBe(told);
});

test('a model of an open world reads capitals itself', () => {
  expect(asTaught('WHAT IS RED?', card(null))).toBe('WHAT IS RED?');
  expect(asTaught('WHAT IS RED?', null)).toBe('WHAT IS RED?');
});

test('what was asked is kept as it was written; the model, also when it is told of it later, hears its own letters', async () => {
  const heard: { readonly question: string; readonly history: readonly { readonly question: string }[] }[] =
    [];
  const app = await anApp({
    card: { vocabulary: ['red', 'cup'] },
    model: {
      answer: (request) => {
        heard.push(request);
        return 'The cup {left}.';
      },
    },
  });
  const image = await app.addImage();
  await app.ask('WHERE IS RED?', image);
  await app.ask('And the CUP?', image);
  expect(heard.map(({ question }) => question)).toEqual(['Where is red?', 'And the cup?']);
  expect(heard[1]?.history).toMatchObject([{ question: 'Where is red?' }]);
  expect((await app.records('turn')).map(({ question }) => question)).toEqual([
    'WHERE IS RED?',
    'And the CUP?',
  ]);
});

test('a question can be asked on its own, whatever was asked before', async () => {
  const told: number[] = [];
  const app = await anApp({
    model: {
      answer: ({ history }) => {
        told.push(history.length);
        return 'Yes.';
      },
    },
  });
  const imageId = await app.addImage();
  const ask = async (historyTurns: number | null): Promise<void> => {
    for await (const _ of app.client.stream('chat.ask', { imageId, question: '?', historyTurns }));
  };
  for (const turns of [null, null, null, 0, 1, null]) await ask(turns);
  expect(told).toEqual([0, 1, 2, 0, 1, 5]);
});

test('a mask without a pixel at the usual threshold is found at a lower one', async () => {
  const app = await anApp({ model: { answer: () => 'The ghost {none}.' } });
  await app.ask('?', await app.addImage());
  const [target] = await app.records('target');
  expect([target?.empty, await app.records('annotation')]).toEqual([true, []]);
  const call = (threshold: number) =>
    app.client.call('chat.restoreTarget', { targetId: target!.id, threshold });
  await expect(call(0)).rejects.toMatchObject({ code: 'unknown-record' });
  await call(-5);
  const [annotation] = await app.records('annotation');
  const [image] = await app.records('image');
  expect(annotation).toMatchObject({
    name: 'ghost',
    area: image!.width * image!.height,
    threshold: -5,
    hasLogits: true,
  });
  expect((await app.records('target'))[0]).toMatchObject({ annotationId: annotation!.id, empty: false });
});
