import { expect, test } from 'vitest';
import { anApp } from '../../../helpers/an-app.ts';

test('suggestions: the sample’s own first, never one that was asked', async () => {
  const app = await anApp({ card: { vocabulary: ['cup'], questions: ['Find the cup.'] } });
  const { imageId } = await app.client.call('images.addSample', { file: 'cups.png' });
  expect(await app.client.call('chat.suggest', { imageId })).toEqual(['Where is the cup?', 'Find the cup.']);
  await app.ask('where is the cup?', imageId);
  expect(await app.client.call('chat.suggest', { imageId })).toEqual(['Find the cup.']);
  const open = await anApp();
  expect(await open.client.call('chat.suggest', { imageId: await open.addImage() })).toHaveLength(4);
});

test('suggestions for a picture that is not of the model’s world promise nothing about what is on it', async () => {
  const card = {
    vocabulary: ['cup'],
    questions: ['What can I drink from?'],
    questionsElsewhere: ['What do you see?'],
  };
  const app = await anApp({ card });
  const { imageId } = await app.client.call('images.addSample', { file: 'cups.png' });
  expect(await app.client.call('chat.suggest', { imageId })).toContain('What can I drink from?');
  const elsewhere = await app.client.call('chat.suggest', { imageId: await app.addImage() });
  expect(elsewhere).toEqual(['What do you see?']);
});
