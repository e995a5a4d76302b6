import { expect, test } from 'vitest';
import { emptyDiff } from '../../../electron/common/document/diff.ts';
import type { Diff } from '../../../electron/common/document/records.ts';
import { undo } from '../../../renderer/store/edit.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const mask = (name: string) => anAnnotation({ id: anAnnotationId(name), name });
const adding = (...names: string[]): Diff => ({ ...emptyDiff, added: names.map(mask) });
const names = () => [...useStudio.getState().document.annotations.keys()];
const steps = () => useStudio.getState().history.undo.map(({ label }) => label);

test('slices of an import that are told by reference are fetched, taken in order with what came between, and undone in one step', async () => {
  const studio = aScriptedStudio({ entities: [anImage()] });
  await aWindow(studio);
  studio.change(adding('a', 'b'), { label: 'Import', isLarge: true, step: 'import' });
  studio.change(adding('c'), { label: 'Import', isLarge: true, step: 'import' });
  // Of another window: it renames what came in by reference, so it has to wait for it.
  const renamed = { ...mask('a'), name: 'mug' };
  studio.change({ ...emptyDiff, changed: [[mask('a'), renamed]] }, { window: 'another' });
  await expect.poll(names).toEqual(['a', 'b', 'c']);
  await expect.poll(() => useStudio.getState().document.annotations.get(renamed.id)?.name).toBe('mug');
  expect([steps(), useStudio.getState().document.revision]).toEqual([['Import'], 4]);
  studio.change({ ...emptyDiff, changed: [[renamed, mask('a')]] }, { window: 'another' });
  await expect.poll(() => useStudio.getState().document.revision).toBe(5);
  await undo();
  expect(names()).toEqual([]);
});

test('where the records of a large change are not at hand any more, the project is read again', async () => {
  const studio = aScriptedStudio({ entities: [anImage()] });
  await aWindow(studio);
  studio.change(adding('a'), { isLarge: 'gone' });
  studio.change(adding('b'), { window: 'another' });
  await expect.poll(names).toEqual(['a', 'b']);
  expect([steps(), useStudio.getState().document.revision]).toEqual([[], 3]);
});

test('the image that is looked at goes in another window: another is shown, and it is said', async () => {
  const other = anImage({ id: anImageId('other'), name: 'other.png', order: 2 });
  const studio = aScriptedStudio({ entities: [anImage(), other] });
  await aWindow(studio);
  studio.change({ ...emptyDiff, removed: [other] }, { window: 'another', undo: null });
  await expect.poll(() => useStudio.getState().document.images.size).toBe(1);
  expect(useStudio.getState().toasts).toEqual([]);
  studio.change({ ...emptyDiff, added: [other] }, { window: 'another', undo: null });
  studio.change({ ...emptyDiff, removed: [anImage()] }, { window: 'another', undo: null });
  await expect.poll(() => useStudio.getState().view.imageId).toBe(other.id);
  expect(useStudio.getState().toasts.map(({ title }) => title)).toEqual(['photo.png was removed']);
});
