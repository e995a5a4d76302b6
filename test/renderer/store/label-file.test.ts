import { expect, test } from 'vitest';
import { AppError } from '../../../electron/common/errors.ts';
import { undo } from '../../../renderer/store/edit.ts';
import { importLabels } from '../../../renderer/store/label-file.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { aCategory } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const names = () => [...useStudio.getState().document.categories.values()].map(({ name }) => name);

test('a label set comes in as one step, and says what was there already', async () => {
  const labels = [{ name: 'Cup' }, { name: 'plate' }, { name: 'fork' }];
  const handlers = () => ({ 'labels.read': async () => ({ labels, passedOver: 1 }) });
  await aWindow(aScriptedStudio({ entities: [aCategory()], handlers }));
  await importLabels(new File(['Cup'], 'classes.txt'));
  expect(names()).toEqual(['cup', 'plate', 'fork']);
  expect(useStudio.getState().toasts).toMatchObject([
    {
      title: '2 classes added',
      text: 'classes.txt names 3; the others come twice or were in the project already. Entries left out because they name no class: 1.',
    },
  ]);
  await undo();
  expect(names()).toEqual(['cup']);
});

test('a file without classes changes nothing and its reason reaches the caller', async () => {
  const handlers = () => ({
    'labels.read': async () => {
      throw new AppError('bad-file', 'No class names were found in this file.');
    },
  });
  await aWindow(aScriptedStudio({ entities: [aCategory()], handlers }));
  await expect(importLabels(new File([''], 'a.txt'))).rejects.toMatchObject({ code: 'bad-file' });
  expect(names()).toEqual(['cup']);
});
