import { expect, test } from 'vitest';
import { registerStudioActions } from '../../../renderer/actions/all-actions.ts';
import { allActions } from '../../../renderer/actions/registry.ts';
import { initialCanvasSession } from '../../../renderer/store/canvas-session.ts';
import { allTools, toolGroups, toolOf } from '../../../renderer/tools/all-tools.ts';
import { aTestWorkbench } from '../../helpers/test-workbench.ts';

test('every tool is in the bar once, has an action with its key, and can be taken up', () => {
  expect(toolGroups().flat()).toEqual(allTools);
  expect(new Set(allTools.map(({ id }) => id)).size).toBe(allTools.length);
  registerStudioActions();
  for (const tool of allTools) {
    const action = allActions().find(({ id }) => id === `tool.${tool.id}`);
    expect({ title: action?.title, keys: action?.keys }).toEqual({ title: tool.title, keys: [tool.key] });
    expect(tool.create(aTestWorkbench({ size: { width: 8, height: 8 } })).cursor(null)).toBeTypeOf('string');
  }
});

test('an option reads what it wrote, and changes nothing else', () => {
  for (const option of allTools.flatMap(({ options }) => options)) {
    const before = initialCanvasSession;
    if (option.kind === 'number') {
      const after = { ...before, ...option.write(before, option.maximum) };
      expect(option.read(after)).toBe(option.maximum);
    } else if (option.kind === 'flag') {
      expect(option.read({ ...before, ...option.write(before, !option.read(before)) })).toBe(
        !option.read(before),
      );
    } else {
      for (const { value } of option.choices)
        expect(option.read({ ...before, ...option.write(before, value) })).toBe(value);
    }
  }
});

test('a tool of another version is not missed: the hand selects instead', () => {
  expect(toolOf('laser').id).toBe('select');
});
