import { expect, test } from 'vitest';
import { toolActions } from '../../../renderer/actions/tool-actions.ts';
import { noteDrawn } from '../../../renderer/store/label-set.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { setTool, showImage } from '../../../renderer/store/view.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anImage } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

test('N keeps the tool that draws new targets, and takes up the one that drew last instead of one that cannot', async () => {
  const image = anImage();
  await aWindow(aScriptedStudio({ entities: [image] }));
  showImage(image.id);
  const after = async (tool: string): Promise<string> => {
    setTool(tool);
    await toolActions.find(({ id }) => id === 'tool.new-target')?.run({ state: useStudio.getState() });
    return useStudio.getState().view.tool;
  };
  expect(await after('eraser')).toBe('brush');
  noteDrawn('ellipse', null);
  const tools = ['brush', 'rectangle', 'lasso', 'polygon', 'wand', 'scissors', 'grab-cut', 'segment'];
  for (const tool of tools) expect(await after(tool)).toBe(tool);
  for (const tool of ['select', 'pan', 'eraser', 'fill', 'vertices'])
    expect(await after(tool)).toBe('ellipse');
});
