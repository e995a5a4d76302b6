import { afterEach, beforeEach, expect, test } from 'vitest';
import { registerStudioActions } from '../../../renderer/actions/all-actions.ts';
import { clashes } from '../../../renderer/actions/keys.ts';
import { actionGroups, allActions, clearActions, findAction } from '../../../renderer/actions/registry.ts';
import { initialStudio } from '../../../renderer/store/studio.ts';

beforeEach(registerStudioActions);
afterEach(clearActions);

test('every action has a title, a group that lists know, and says by itself whether it makes sense', () => {
  for (const action of allActions()) {
    expect(action.title.trim(), action.id).not.toBe('');
    expect(actionGroups, action.id).toContain(action.group);
  }
});

test('titles are told apart', () => {
  const titles = allActions().map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('the same action cannot be registered twice', () => {
  expect(() => registerStudioActions()).toThrow('Two actions are called');
});

test('on the start screen nothing is offered that needs a project or an image', () => {
  for (const id of [
    'project.export',
    'project.import',
    'images.remove',
    'chat.focus',
    'targets.delete',
    'edit.undo',
  ]) {
    expect(findAction(id)?.when(initialStudio), id).toBe(false);
  }
});

test('keys are shared only where one of the actions waits for something special', () => {
  const shared = [...clashes(allActions(), {}).values()].flat();
  const always = shared.filter((id) => findAction(id)?.when(initialStudio) === true);
  expect(always).toEqual([]);
});
