import { beforeAll, expect, test } from 'vitest';
import { registerStudioActions } from '../../../renderer/actions/all-actions.ts';
import { keyMapChoices, keyMaps } from '../../../renderer/actions/key-maps.ts';
import { clashes, keysOf } from '../../../renderer/actions/keys.ts';
import { otherNames } from '../../../renderer/actions/other-names.ts';
import { actionGroups, allActions, findAction } from '../../../renderer/actions/registry.ts';
import { repeatsWhileHeld } from '../../../renderer/actions/while-held.ts';
import { paletteRank } from '../../../renderer/panels/dialogs/palette-rank.ts';
import { initialStudio } from '../../../renderer/store/studio.ts';

const ownKeys = { shortcuts: {}, keyMap: 'own' as const };

beforeAll(registerStudioActions);

test('every action has a title, a group that lists know, and says by itself whether it makes sense', () => {
  for (const action of allActions()) {
    expect(action.title.trim(), action.id).not.toBe('');
    expect(actionGroups, action.id).toContain(action.group);
  }
});

test('what other programs call an action is said of actions that exist, and the palette finds them by it', () => {
  for (const id of Object.keys(otherNames)) expect(findAction(id), id).toBeDefined();
  const best = (typed: string): string | undefined =>
    allActions()
      .map(({ id, title, group }) => ({
        id,
        rank: paletteRank(id, typed, [title, group, otherNames[id] ?? '']),
      }))
      .toSorted((a, b) => b.rank - a.rank)[0]?.id;
  expect(
    ['labels', 'gallery', 'bounding box', 'hotkeys', 'join', 'jump', 'thumbnails', 'bbox'].map(best),
  ).toEqual([
    'project.categories',
    'images.gallery',
    'tool.rectangle',
    'help.shortcuts',
    'targets.merge',
    'images.go-to',
    'images.gallery',
    'tool.rectangle',
  ]);
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
  const shared = [...clashes(allActions(), ownKeys).values()].flat();
  const always = shared.filter((id) => findAction(id)?.when(initialStudio) === true);
  expect(always).toEqual([]);
});

test('two actions share a key only where they can never both be meant', () => {
  const arrows = ['up', 'down', 'left', 'right'].flatMap((way) => [
    [`arrow${way}`, [`pen.${way}`, `mask.nudge-${way}`]],
    [`shift+arrow${way}`, [`pen.far-${way}`, `mask.nudge-far-${way}`]],
  ]);
  // What is at hand comes first: the pen that is down, what a tool has begun.
  expect(Object.fromEntries(clashes(allActions(), ownKeys))).toEqual({
    ...Object.fromEntries(arrows),
    enter: ['pen.press', 'tool.apply'],
    'shift+enter': ['pen.press-new', 'tool.apply-other'],
    'alt+enter': ['pen.press-subtract', 'tool.apply-away'],
    backspace: ['tool.step-back', 'targets.delete'],
    'mod+z': ['tool.step-back', 'edit.undo'],
    c: ['targets.category', 'classes.find'],
    escape: ['pen.escape', 'tool.drop-stroke', 'tool.drop', 'tool.cancel-assistance', 'targets.select-none'],
  });
});

test.each(keyMapChoices.map(({ value }) => value))(
  'in the key map %s every action that has a key keeps one, and no two meet',
  (keyMap) => {
    const choices = { shortcuts: {}, keyMap };
    expect(Object.keys(keyMaps[keyMap]).filter((id) => findAction(id) === undefined)).toEqual([]);
    const lost = allActions().filter(
      (action) => action.keys.length > 0 && keysOf(action, choices).length === 0,
    );
    expect(lost.map(({ id }) => id)).toEqual([]);
    const own = clashes(allActions(), ownKeys);
    const fresh = [...clashes(allActions(), choices)].filter(([key]) => !own.has(key));
    expect(fresh).toEqual([]);
  },
);

test('a key that is held takes steps again and again, and decides, makes or deletes once', () => {
  const repeating = allActions()
    .filter(repeatsWhileHeld)
    .map(({ id }) => id)
    .sort();
  expect(repeating).toEqual([
    'canvas.zoom-in',
    'canvas.zoom-out',
    'edit.redo',
    'edit.undo',
    'images.next',
    'images.previous',
    'mask.grow',
    'mask.nudge-down',
    'mask.nudge-far-down',
    'mask.nudge-far-left',
    'mask.nudge-far-right',
    'mask.nudge-far-up',
    'mask.nudge-left',
    'mask.nudge-right',
    'mask.nudge-up',
    'mask.shrink',
    'pen.down',
    'pen.far-down',
    'pen.far-left',
    'pen.far-right',
    'pen.far-up',
    'pen.left',
    'pen.right',
    'pen.up',
    'targets.lower',
    'targets.next',
    'targets.previous',
    'targets.raise',
    'tool.larger',
    'tool.smaller',
    'tool.step-back',
  ]);
});
