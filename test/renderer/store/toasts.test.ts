import { expect, test } from 'vitest';
import { closeProject, openProject } from '../../../renderer/store/project.ts';
import { initialStudio, useStudio } from '../../../renderer/store/studio.ts';
import { showToast } from '../../../renderer/store/toasts.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anImage } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const titles = () => useStudio.getState().toasts.map(({ title }) => title);

test('a notification goes with the project it is about; one that is about none stays', async () => {
  useStudio.setState(initialStudio, true);
  await aWindow(aScriptedStudio({ entities: [anImage()] }));
  const folder = useStudio.getState().document.project?.folder ?? '';
  showToast({ tone: 'error', title: 'The mask could not be split' });
  await openProject(folder);
  expect(titles()).toEqual(['The mask could not be split']);
  await closeProject();
  expect(titles()).toEqual([]);
  showToast({ tone: 'error', title: 'The model could not be loaded' });
  await openProject(folder);
  expect(titles()).toEqual(['The model could not be loaded']);
});
