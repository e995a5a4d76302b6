import { expect, test } from 'vitest';
import { mergedTargets, revertedTargets } from '../../../../electron/common/document/target-edits.ts';
import { withoutQuestions } from '../../../../electron/common/document/removal.ts';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';

/** The project as a window would have it. */
async function documentOf(app: App) {
  const { entities } = await app.client.call('project.snapshot', {});
  return documentOfRecords(entities);
}

/** Two questions whose phrases both mean the first one's mask, which is the model's own again. */
async function anAppWithASharedMask() {
  const app = await anApp({
    model: { answer: ({ history }) => (history.length === 0 ? 'A cup {left} is.' : 'A plate {right} is.') },
  });
  const imageId = await app.addImage();
  await app.ask('Where is the cup?', imageId);
  await app.ask('Where is the plate?', imageId);
  const ids = (await app.records('annotation')).map(({ id }) => id);
  await app.commit(mergedTargets(await documentOf(app), ids));
  await app.commit(revertedTargets(await documentOf(app), ids));
  const [first, second] = await app.records('turn');
  return { app, imageId, first: first!, second: second!, shared: ids[0]! };
}

test('asking again keeps a mask that a phrase of another question means', async () => {
  const { app, imageId, second, shared } = await anAppWithASharedMask();
  const events = await app.ask('Where is the plate now?', imageId, { replaceTurnId: second.id });
  expect(events.at(-1)).toMatchObject({ type: 'done', outcome: 'answered' });
  expect((await app.records('turn')).map(({ question }) => question)).toEqual([
    'Where is the cup?',
    'Where is the plate now?',
  ]);
  expect((await app.records('annotation')).map(({ id }) => id)).toContain(shared);
  expect(await app.records('target')).toHaveLength(2);
});

test('deleting a question keeps a mask that a phrase of another question means', async () => {
  const { app, first, shared } = await anAppWithASharedMask();
  await app.commit(withoutQuestions(await documentOf(app), [first]));
  expect((await app.records('turn')).map(({ question }) => question)).toEqual(['Where is the plate?']);
  expect((await app.records('annotation')).map(({ id }) => id)).toEqual([shared]);
});

test('undoing an answer whose mask another phrase means by now is refused, and the project stands', async () => {
  const { app, shared } = await anAppWithASharedMask();
  const [answered] = app.changes.filter(({ undo, window }) => undo !== null && window === null);
  await expect(app.commit(answered!.undo!)).rejects.toMatchObject({ code: 'invalid-change' });
  expect((await app.records('annotation')).map(({ id }) => id)).toEqual([shared]);
});
