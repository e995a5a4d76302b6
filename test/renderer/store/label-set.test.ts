import { expect, test } from 'vitest';
import { withoutCategory } from '../../../electron/common/document/categories.ts';
import { emptyDiff } from '../../../electron/common/document/diff.ts';
import { renamedCategory } from '../../../electron/common/document/label-set.ts';
import { setCanvas, useCanvas } from '../../../renderer/store/canvas-session.ts';
import { commit, redo, undo } from '../../../renderer/store/edit.ts';
import {
  activeCategory,
  chooseCategory,
  giveCategory,
  noteDrawn,
  repeatLast,
  setActiveCategory,
} from '../../../renderer/store/label-set.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { select, setTool } from '../../../renderer/store/view.ts';
import { aWindow } from '../../helpers/a-window.ts';
import {
  aCategory,
  aCategoryId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const colour = { name: 'colour', type: 'text', choices: [], initial: 'red' } as const;
const size = { name: 'size', type: 'number', choices: [], initial: 1 } as const;
const cup = aCategory({ attributes: [colour, size] });
const mask = anAnnotation({ attributes: { colour: 'blue' } });
const standing = () => useStudio.getState().document.annotations.get(mask.id);
const active = () => activeCategory(useStudio.getState())?.id ?? null;

test('a class chosen goes to the selected targets in one step, and to what is drawn next', async () => {
  await aWindow(aScriptedStudio({ entities: [anImage(), cup, mask] }));
  await chooseCategory(cup, false);
  expect([active(), standing()?.categoryId]).toEqual([cup.id, null]);
  select([mask.id]);
  await chooseCategory(cup, false);
  expect(standing()).toMatchObject({ categoryId: cup.id, attributes: { colour: 'blue', size: 1 } });
  await undo();
  expect(standing()).toEqual(mask);
});

test('while the next shape is a new target, the one just drawn keeps its class; one without gets it', async () => {
  const book = aCategory({ id: aCategoryId('book'), name: 'book', order: 2 });
  await aWindow(aScriptedStudio({ entities: [anImage(), cup, book, mask] }));
  select([mask.id]);
  await chooseCategory(cup, true);
  expect(standing()?.categoryId).toBe(cup.id);
  await chooseCategory(book, true);
  expect([active(), standing()?.categoryId]).toEqual([book.id, cup.id]);
});

test('several that are selected get the class whatever they have, also while the next shape is a new target', async () => {
  const book = aCategory({ id: aCategoryId('book'), name: 'book', order: 2 });
  const other = anAnnotation({ id: anAnnotationId('other'), categoryId: cup.id });
  await aWindow(aScriptedStudio({ entities: [anImage(), cup, book, mask, other] }));
  select([mask.id, other.id]);
  await chooseCategory(book, true);
  const { annotations } = useStudio.getState().document;
  expect([...annotations.values()].map(({ categoryId }) => categoryId)).toEqual([book.id, book.id]);
});

test('a class and the targets that have its name, also on images not shown, are renamed in one step', async () => {
  const far = anImage({ id: anImageId('far'), order: 2 });
  const named = (id: string, name: string, imageId = anImage().id) =>
    anAnnotation({ id: anAnnotationId(id), name, imageId, categoryId: cup.id });
  const targets = [named('here', 'cup'), named('there', 'cup', far.id), named('own', 'my cup')];
  await aWindow(aScriptedStudio({ entities: [anImage(), far, cup, ...targets] }));
  const names = () => {
    const { categories, annotations } = useStudio.getState().document;
    return [...categories.values(), ...annotations.values()].map(({ name }) => name);
  };
  const renaming = renamedCategory(useStudio.getState().document, cup.id, 'glass');
  await commit('Rename class cup', renaming.kind === 'renamed' ? renaming.diff : emptyDiff);
  expect(names()).toEqual(['glass', 'glass', 'glass', 'my cup']);
  await undo();
  expect(names()).toEqual(['cup', 'cup', 'cup', 'my cup']);
  await redo();
  expect(names()).toEqual(['glass', 'glass', 'glass', 'my cup']);
});

test('a renaming is taken back also where another window removed, drew on or named some of its targets since', async () => {
  const named = (id: string) => anAnnotation({ id: anAnnotationId(id), name: 'cup', categoryId: cup.id });
  const [gone, drawn, own] = [named('gone'), named('drawn'), named('own')];
  await aWindow(aScriptedStudio({ entities: [anImage(), cup, gone, drawn, own] }));
  const renaming = renamedCategory(useStudio.getState().document, cup.id, 'glass');
  await commit('Rename class cup', renaming.kind === 'renamed' ? renaming.diff : emptyDiff);
  const now = (id: string) => useStudio.getState().document.annotations.get(anAnnotationId(id))!;
  const { history } = useStudio.getState();
  await commit('Elsewhere', {
    added: [],
    changed: [
      [now('drawn'), { ...now('drawn'), locked: true }],
      [now('own'), { ...now('own'), name: 'mine' }],
    ],
    removed: [now('gone')],
  });
  // Another window's changes are no steps of this one.
  useStudio.setState({ history });
  const names = () => {
    const { categories, annotations } = useStudio.getState().document;
    return [...categories.values(), ...annotations.values()].map(({ name }) => name);
  };
  await undo();
  expect([names(), now('drawn').locked]).toEqual([['cup', 'cup', 'mine'], true]);
  await redo();
  expect([names(), now('drawn').locked]).toEqual([['glass', 'glass', 'mine'], true]);
});

test('a class given to what was drawn without one is that of what is drawn next, where none was chosen for it', async () => {
  await aWindow(aScriptedStudio({ entities: [anImage(), cup, mask] }));
  await giveCategory([mask.id], 'cup', false);
  expect([standing()?.categoryId, active()]).toEqual([cup.id, null]);
  await giveCategory([mask.id], ' Mug ', true);
  const mug = standing()?.categoryId;
  expect([mug === cup.id, active()]).toEqual([false, mug]);
  // What a person chose to draw next stays.
  await giveCategory([mask.id], 'cup', true);
  expect([standing()?.categoryId, active()]).toEqual([cup.id, mug]);
  await undo();
  expect(standing()?.categoryId).toBe(mug);
});

test('a class that is deleted is active no more', async () => {
  await aWindow(aScriptedStudio({ entities: [anImage(), cup] }));
  setActiveCategory(cup.id);
  await commit('Delete', withoutCategory(useStudio.getState().document, cup.id));
  expect(active()).toBeNull();
});

test('“repeat last” brings back tool and class and lets go of the target, so that a new one begins', async () => {
  await aWindow(aScriptedStudio({ entities: [anImage(), cup, mask] }));
  repeatLast();
  expect(useStudio.getState().view.tool).toBe('select');
  setTool('polygon');
  setActiveCategory(cup.id);
  noteDrawn('polygon', cup.id);
  setTool('pan');
  setActiveCategory(null);
  select([mask.id]);
  setCanvas({ combine: 'subtract' });
  repeatLast();
  const { tool, selection } = useStudio.getState().view;
  expect([tool, selection, active()]).toEqual(['polygon', [], cup.id]);
  expect(useCanvas.getState().combine).toBe('new');
});
