import { expect, test } from 'vitest';
import { classActions } from '../../../renderer/actions/class-actions.ts';
import { activeCategory } from '../../../renderer/store/label-set.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { showImage } from '../../../renderer/store/view.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { aCategory, anImage } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

test('a number whose class there is not says so, and what is drawn next keeps its class', async () => {
  const image = anImage();
  await aWindow(aScriptedStudio({ entities: [image, aCategory({ name: 'cup' })] }));
  showImage(image.id);
  const press = async (key: number): Promise<void> => {
    const action = classActions.find(({ id }) => id === `classes.choose-${key}`);
    const state = useStudio.getState();
    expect(action?.when(state)).toBe(true);
    await action?.run({ state });
  };
  await press(1);
  expect([activeCategory(useStudio.getState())?.name, useStudio.getState().toasts]).toEqual(['cup', []]);
  await press(4);
  expect(activeCategory(useStudio.getState())?.name).toBe('cup');
  expect(useStudio.getState().toasts).toMatchObject([
    { title: 'No class has the key 4', text: expect.stringContaining('there is 1 class') },
  ]);
});
