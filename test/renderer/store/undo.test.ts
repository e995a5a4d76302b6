import { expect, test } from 'vitest';
import { recordWords } from '../../../electron/common/document/record-words.ts';
import type { Diff } from '../../../electron/common/document/records.ts';
import { changedTargets, withoutTargets } from '../../../electron/common/document/target-edits.ts';
import { imagesTouched } from '../../../electron/common/document/touched.ts';
import { documentOfRecords } from '../../../electron/common/document/apply-to-document.ts';
import { renamedCategory } from '../../../electron/common/document/label-set.ts';
import { withImageState } from '../../../electron/common/document/image-state.ts';
import { commit, redo, undo } from '../../../renderer/store/edit.ts';
import { entryOf, initialHistory, pushed } from '../../../renderer/store/history.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { showImage } from '../../../renderer/store/view.ts';
import { aWindow, delivered } from '../../helpers/a-window.ts';
import {
  aCategory,
  aTarget,
  aJob,
  aTurn,
  aTurnId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const here = anImage();
const there = anImage({ id: anImageId('there'), name: 'there.png', order: 2 });
const cup = anAnnotation();
const plate = anAnnotation({ id: anAnnotationId('plate'), name: 'plate', imageId: there.id });
const rename = (name: string, { id } = cup) =>
  commit(
    `Rename ${name}`,
    changedTargets(useStudio.getState().document, [id], () => ({ name })),
  );
const nameOf = ({ id } = cup) => useStudio.getState().document.annotations.get(id)?.name;
const toasts = () => useStudio.getState().toasts.map(({ title, text }) => `${title} | ${text ?? ''}`);
const steps = () => useStudio.getState().history.undo.map(({ label }) => label);
const added = (...records: Diff['added']): Diff => ({ added: records, changed: [], removed: [] });
const removing = (...records: Diff['removed']): Diff => ({ added: [], changed: [], removed: records });

test('a change on another image is shown before it is undone, and undone by the next press', async () => {
  await aWindow(aScriptedStudio({ entities: [here, there, cup, plate] }));
  await rename('dish', plate);
  showImage(here.id);
  await undo();
  expect([useStudio.getState().view.imageId, nameOf(plate)]).toEqual([there.id, 'dish']);
  expect(toasts()).toEqual([
    '“Rename dish” is on this image, there.png | Nothing has changed yet. Undo again takes it back.',
  ]);
  await undo();
  // What was promised of the next press is withdrawn with it.
  expect([nameOf(plate), toasts()]).toEqual(['plate', []]);
  showImage(here.id);
  await redo();
  expect([useStudio.getState().view.imageId, nameOf(plate)]).toEqual([there.id, 'plate']);
  await redo();
  expect(nameOf(plate)).toBe('dish');
});

test('a change of many images is undone where one of them is in sight', async () => {
  await aWindow(aScriptedStudio({ entities: [here, there] }));
  await commit('Done', withImageState(useStudio.getState().document, [here.id, there.id], 'done'));
  showImage(there.id);
  await undo();
  expect([...useStudio.getState().document.images.values()].map(({ state }) => state)).toEqual([null, null]);
});

test('what was said of several images at once is undone from wherever one looks: the list that shows it is in sight', async () => {
  const third = anImage({ id: anImageId('third'), name: 'third.png', order: 3 });
  await aWindow(aScriptedStudio({ entities: [here, there, third] }));
  await commit('Done', withImageState(useStudio.getState().document, [there.id, third.id], 'done'));
  showImage(here.id);
  await undo();
  expect([...useStudio.getState().document.images.values()].map(({ state }) => state)).toEqual([
    null,
    null,
    null,
  ]);
  expect([useStudio.getState().view.imageId, toasts()]).toEqual([here.id, []]);
});

test('a class renamed is undone from wherever one looks, with what is called as it', async () => {
  const dish = aCategory({ name: 'plate' });
  const ofClass = { ...plate, categoryId: dish.id };
  await aWindow(aScriptedStudio({ entities: [here, there, dish, cup, ofClass] }));
  const renaming = renamedCategory(useStudio.getState().document, dish.id, 'dish');
  await commit('Rename class', renaming.kind === 'renamed' ? renaming.diff : added());
  expect(nameOf(plate)).toBe('dish');
  showImage(here.id);
  await undo();
  expect([useStudio.getState().view.imageId, nameOf(plate), toasts()]).toEqual([here.id, 'plate', []]);
  await redo();
  expect(nameOf(plate)).toBe('dish');
});

test('a refused undo names the thing in words, keeps the rest of the stack and what is in sight', async () => {
  const studio = aScriptedStudio({ entities: [here, there, cup, plate] });
  await aWindow(studio);
  await rename('dish', plate);
  await rename('mug');
  studio.change(removing({ ...cup, name: 'mug' }), { window: 'other', undo: null });
  await delivered();
  await undo();
  expect(toasts()).toEqual([
    'Undo “Rename mug” is no longer possible | The target “mug” has been removed since, or what it belongs to has. Undo again takes the step before it.',
  ]);
  expect([steps(), useStudio.getState().view.imageId]).toEqual([['Rename dish'], here.id]);
});

test('undo that would take away what another phrase means is refused before it is sent', async () => {
  const studio = aScriptedStudio({ entities: [here] });
  await aWindow(studio);
  studio.change(added(cup), { label: 'Answer', undo: removing(cup) });
  studio.change(added(aTurn(), aTarget({ annotationId: cup.id })), { window: 'other', undo: null });
  await delivered();
  await undo();
  expect([nameOf(), studio.commits.length]).toEqual(['red cup', 0]);
  expect(toasts()[0]).toContain('The target “red cup” is used by something else by now.');
});

test('the slices of one import are one step, named for all of them; another import is another', () => {
  const image = (number: number) => anImage({ id: anImageId(`i${number}`), order: number });
  let history = initialHistory;
  for (const number of [1, 2, 3])
    history = pushed(history, entryOf('Add photo', removing(image(number)), 'drop'));
  history = pushed(history, entryOf('Add photo', removing(image(4)), 'next drop'));
  history = pushed(history, entryOf('Add photo', removing(image(5))));
  history = pushed(history, entryOf('Add photo', removing(image(6))));
  expect(history.undo.map(({ label, change }) => [label, change.removed.length])).toEqual([
    ['Add 3 images', 3],
    ['Add photo', 1],
    ['Add photo', 1],
    ['Add photo', 1],
  ]);
});

test('slices joined to one step are taken back in one, what came last first', async () => {
  const studio = aScriptedStudio({ entities: [here] });
  await aWindow(studio);
  const renamed = { ...cup, name: 'renamed' };
  let history = pushed(initialHistory, entryOf('one', removing(cup), 'step'));
  history = pushed(history, entryOf('two', { added: [], changed: [[renamed, cup]], removed: [] }, 'step'));
  studio.change(added(renamed), { undo: null });
  await delivered();
  useStudio.setState({ history });
  await undo();
  expect([nameOf(), steps()]).toEqual([undefined, []]);
  await redo();
  expect(nameOf()).toBe('renamed');
});

test('answers that a job leaves are one step behind what the person did since, not taken back while it goes on', async () => {
  const studio = aScriptedStudio({ entities: [here, there, cup] });
  await aWindow(studio);
  const job = aJob({ state: 'running' });
  useStudio.setState({ projectJobs: [job] });
  const answer = (id: string) => {
    const turn = aTurn({ id: aTurnId(id) });
    studio.change(added(turn), { label: 'Ask “Where?”', undo: removing(turn), step: job.id });
    return delivered();
  };
  await answer('one');
  await rename('mug');
  await answer('two');
  expect(steps()).toEqual(['Ask about many images (2 answers)', 'Rename mug']);
  await undo();
  await undo();
  expect([nameOf(), useStudio.getState().document.turns.size, steps().length]).toEqual(['red cup', 2, 1]);
  expect(toasts()).toEqual([
    '“Ask about many images (2 answers)” is still going on | Nothing has changed. Pause or cancel the job first: then Undo takes back all that it made so far.',
  ]);
  useStudio.setState({ projectJobs: [{ ...job, state: 'paused' }] });
  await undo();
  expect([useStudio.getState().document.turns.size, steps()]).toEqual([0, []]);
  await redo();
  expect(useStudio.getState().document.turns.size).toBe(2);
});

test('a step that has quotes of its own wears single ones in a sentence', async () => {
  const studio = aScriptedStudio({ entities: [here] });
  await aWindow(studio);
  const turn = aTurn();
  studio.change(added(turn), { label: 'Ask “Where?”', undo: removing(turn) });
  studio.change(removing(turn), { window: 'other', undo: null });
  await delivered();
  await undo();
  expect(toasts()[0]).toMatch(/^Undo “Ask ‘Where\?’” is no longer possible/u);
});

test('records are called by what people see, never by their ids', () => {
  expect([here, aCategory(), cup, aTurn(), aTarget(), anAnnotation({ name: ' ' })].map(recordWords)).toEqual([
    'the image “photo.png”',
    'the class “cup”',
    'the target “red cup”',
    'the question “What can I drink from?”',
    'the phrase “red cup”',
    'a target without a name',
  ]);
  expect(recordWords(aTurn({ question: `${'🍵'.repeat(80)}` }))).toBe(`the question “${'🍵'.repeat(30)}…”`);
});

test('a change touches the images its records lie on, a phrase that of its question', () => {
  const turn = aTurn({ imageId: there.id });
  const document = documentOfRecords([here, there, turn]);
  expect(imagesTouched(document, added(aTarget(), cup, aCategory()))).toEqual([there.id, here.id]);
  expect(imagesTouched(document, withoutTargets(document, []))).toEqual([]);
});
