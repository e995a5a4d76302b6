import { expect, test } from 'vitest';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { anAnnotationId } from '../../../helpers/records.ts';

/** An app that answers with what it hears, and one mask called "cup" that a question can refer to. */
async function anAppWithACup() {
  const heard: { readonly question: string; readonly history: readonly unknown[] }[] = [];
  const app = await anApp({
    model: {
      answer: ({ question, history }) => {
        heard.push({ question, history });
        return history.length === 0 ? 'The cup {left} is here.' : 'The plate {right} is.';
      },
    },
  });
  const imageId = await app.addImage();
  await app.ask('Where is the cup?', imageId);
  const [cup] = await app.records('annotation');
  const reference = { start: 16, end: 21, annotationId: cup!.id, words: 'cup' };
  return { app, imageId, cup: cup!, heard, reference };
}
const question = 'What is next to cup 2?';
const lastTurn = async (app: App) => (await app.records('turn')).at(-1);

test('the model is told the words of a target, the project keeps which one was meant', async () => {
  const { app, imageId, heard, reference } = await anAppWithACup();
  await app.ask(question, imageId, { references: [reference] });
  expect(heard.at(-1)?.question).toBe('What is next to cup?');
  expect(await lastTurn(app)).toMatchObject({ question, references: [reference], outcome: 'answered' });
  await app.ask('And now?', imageId);
  expect(heard.at(-1)?.history).toMatchObject([{}, { question: 'What is next to cup?' }]);
});

test('the link survives deleting the target, undo and a restart', async () => {
  const { app, imageId, cup, reference } = await anAppWithACup();
  await app.ask(question, imageId, { references: [reference] });
  const [target] = await app.records('target');
  const unlinked = { ...target!, annotationId: null };
  await app.commit({ added: [], changed: [[target!, unlinked]], removed: [cup] });
  expect(await lastTurn(app)).toMatchObject({ references: [reference] });
  await app.restart();
  await app.commit({ added: [cup], changed: [[unlinked, target!]], removed: [] });
  expect([
    await lastTurn(app),
    (await app.records('annotation')).some(({ id }) => id === cup.id),
  ]).toMatchObject([{ references: [reference] }, true]);
});

test('a target deleted while the question was typed is asked by its words', async () => {
  const { app, imageId, reference, heard } = await anAppWithACup();
  const gone = { ...reference, annotationId: anAnnotationId('gone') };
  await app.ask(question, imageId, { references: [gone] });
  expect([heard.at(-1)?.question, (await lastTurn(app))?.references]).toEqual([
    'What is next to cup?',
    [gone],
  ]);
});

test('a question edited to mean a mask of the answer it replaces keeps that mask', async () => {
  const { app, imageId, cup, reference } = await anAppWithACup();
  const turn = await lastTurn(app);
  await app.ask(question, imageId, { references: [reference], replaceTurnId: turn!.id });
  expect((await app.records('annotation')).map(({ id }) => id)).toContain(cup.id);
  expect((await app.records('turn')).map((asked) => asked.question)).toEqual([question]);
});

test.each([
  ['reach past the question', { end: 90 }],
  ['end before they start', { start: 20, end: 18 }],
])('references that %s are refused and nothing is asked', async (_what, wrong) => {
  const { app, imageId, reference } = await anAppWithACup();
  await expect(
    app.ask(question, imageId, { references: [{ ...reference, ...wrong }] }),
  ).rejects.toMatchObject({
    code: 'bad-input',
  });
  expect(await app.records('turn')).toHaveLength(1);
});

test('references that overlap, or mean a target of another image, are refused with the reason', async () => {
  const { app, imageId, reference } = await anAppWithACup();
  await expect(app.ask(question, imageId, { references: [reference, reference] })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'The words that mean targets do not fit the question.',
  });
  const other = await app.addImage({ width: 5, height: 5 });
  await expect(app.ask(question, other, { references: [reference] })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'The question refers to “cup”, a target of another image.',
  });
});

test('no window can write references that do not fit their question', async () => {
  const { app, reference } = await anAppWithACup();
  const turn = await lastTurn(app);
  await expect(
    app.commit({ added: [], changed: [[turn!, { ...turn!, references: [reference] }]], removed: [] }),
  ).rejects.toMatchObject({ code: 'invalid-change' });
});
