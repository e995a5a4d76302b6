import { expect, test } from 'vitest';
import { AppError } from '../../../electron/common/errors.ts';
import { commit, redo, undo } from '../../../renderer/store/edit.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { changedTargets, withoutTargets } from '../../../electron/common/document/target-edits.ts';
import { aWindow, delivered } from '../../helpers/a-window.ts';
import { aTarget, aTurn, anAnnotation, anAnnotationId, anImage } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const cup = anAnnotation();
const nameOf = () => useStudio.getState().document.annotations.get(cup.id)?.name;
const rename = (name: string) => changedTargets(useStudio.getState().document, [cup.id], () => ({ name }));
const toasts = () => useStudio.getState().toasts.map(({ title }) => title);

test('an edit shows at once and is saved when its promise resolves', async () => {
  const studio = aScriptedStudio({ entities: [anImage(), cup] });
  await aWindow(studio);
  const saved = commit('Rename', rename('blue cup'));
  expect([nameOf(), useStudio.getState().saving.pending]).toEqual(['blue cup', 1]);
  await saved;
  expect(studio.entities().find(({ id }) => id === cup.id)).toMatchObject({ name: 'blue cup' });
  expect([useStudio.getState().saving.pending, useStudio.getState().document.revision]).toEqual([0, 2]);
});

test('undo and redo walk one stack of edits of every kind, and both are saved', async () => {
  const studio = aScriptedStudio({ entities: [anImage(), cup] });
  await aWindow(studio);
  await commit('Rename', rename('blue cup'));
  await commit('Delete', withoutTargets(useStudio.getState().document, [cup.id]));
  expect(nameOf()).toBeUndefined();
  await undo();
  expect(nameOf()).toBe('blue cup');
  await undo();
  expect(nameOf()).toBe('red cup');
  await undo();
  await redo();
  await redo();
  expect(nameOf()).toBeUndefined();
  expect(studio.entities().map(({ id }) => id)).toEqual(['image-1']);
  expect(studio.commits.map(({ label }) => label)).toEqual([
    'Rename',
    'Delete',
    'Undo Delete',
    'Undo Rename',
    'Redo Rename',
    'Redo Delete',
  ]);
});

test('an empty edit is no step and is not sent', async () => {
  const studio = aScriptedStudio({ entities: [anImage(), cup] });
  await aWindow(studio);
  await commit('Rename', rename('red cup'));
  expect([studio.commits.length, useStudio.getState().history.undo.length]).toEqual([0, 0]);
});

test('edits leave in the order they were made, however fast they come', async () => {
  const studio = aScriptedStudio({ entities: [anImage(), cup] });
  await aWindow(studio);
  await Promise.all(Array.from({ length: 40 }, (_, step) => commit('Rename', rename(`name ${step}`))));
  expect(studio.entities().find(({ id }) => id === cup.id)).toMatchObject({ name: 'name 39' });
  expect(studio.commits.length).toBe(40);
});

test('a refused edit is taken back, with those made on top of it, and says why', async () => {
  const studio = aScriptedStudio({
    entities: [anImage(), cup],
    handlers: () => ({
      'project.commit': async () => {
        throw new AppError('disk-full', 'The disk that holds the project is full.');
      },
    }),
  });
  await aWindow(studio);
  const first = commit('Rename', rename('one'));
  const second = commit('Rename', rename('two'));
  await expect(first).rejects.toMatchObject({ code: 'disk-full' });
  await expect(second).rejects.toMatchObject({ code: 'conflict' });
  expect([nameOf(), useStudio.getState().history.undo, useStudio.getState().saving.pending]).toEqual([
    'red cup',
    [],
    0,
  ]);
  expect(useStudio.getState().toasts.map(({ text }) => text)).toEqual([
    'The disk that holds the project is full. It was taken back; everything saved before is safe.',
  ]);
});

test('a record changed elsewhere first wins: the edit is taken back and the project read again', async () => {
  const studio = aScriptedStudio({ entities: [anImage(), cup] });
  await aWindow(studio);
  const mine = rename('mine');
  studio.change(
    { added: [], changed: [[cup, { ...cup, name: 'theirs' }]], removed: [] },
    { window: 'another window', undo: null },
  );
  await expect(commit('Rename', mine)).rejects.toMatchObject({ code: 'conflict' });
  expect([nameOf(), toasts()]).toEqual(['theirs', ['Changed in another window first']]);
  await commit('Rename', rename('mine after all'));
  expect(nameOf()).toBe('mine after all');
});

test('undo of something changed since is refused in words and forgotten', async () => {
  const studio = aScriptedStudio({ entities: [anImage(), cup] });
  await aWindow(studio);
  await commit('Rename', rename('mine'));
  studio.change(
    {
      added: [],
      changed: [
        [
          { ...cup, name: 'mine' },
          { ...cup, name: 'theirs' },
        ],
      ],
      removed: [],
    },
    { window: 'another window', undo: null },
  );
  await delivered();
  await undo();
  expect([nameOf(), toasts(), useStudio.getState().history.undo]).toEqual([
    'theirs',
    ['Undo “Rename” is no longer possible'],
    [],
  ]);
});

test('undoing an answer removes its masks and keeps the conversation', async () => {
  const studio = aScriptedStudio({ entities: [anImage()] });
  await aWindow(studio);
  const target = aTarget({ annotationId: cup.id });
  studio.change(
    { added: [aTurn(), cup, target], changed: [], removed: [] },
    {
      label: 'Answer',
      undo: { added: [], changed: [[target, { ...target, annotationId: null }]], removed: [cup] },
    },
  );
  await delivered();
  await undo();
  const { document } = useStudio.getState();
  expect([[...document.annotations.keys()], [...document.turns.keys()]]).toEqual([[], ['turn-1']]);
  await redo();
  expect([...useStudio.getState().document.annotations.keys()]).toEqual(['annotation-1']);
});

test('what another window does is shown but is not mine to undo', async () => {
  const studio = aScriptedStudio({ entities: [anImage()] });
  await aWindow(studio);
  studio.change(
    { added: [anAnnotation({ id: anAnnotationId('theirs') })], changed: [], removed: [] },
    { window: 'other' },
  );
  await delivered();
  expect(useStudio.getState().document.annotations.size).toBe(1);
  expect(useStudio.getState().history.undo).toEqual([]);
});
