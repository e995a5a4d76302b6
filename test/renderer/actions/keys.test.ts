import { expect, test } from 'vitest';
import type { KeyMap } from '../../../renderer/actions/key-maps.ts';
import { clashes, combinationOf, keysOf } from '../../../renderer/actions/keys.ts';
import { keyCaps } from '../../../renderer/ui/key-names.ts';

type Pressed = Parameters<typeof combinationOf>[0];
const pressed = (key: string, part: Partial<Pressed> = {}): Pressed => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...part,
});

const chosen = (shortcuts: Readonly<Record<string, string>> = {}, keyMap: KeyMap = 'own') => ({
  shortcuts: { ...shortcuts },
  keyMap,
});

test.each<[string, Pressed, string | null]>([
  ['a letter', pressed('b'), 'b'],
  ['a capital', pressed('B', { shiftKey: true }), 'shift+b'],
  ['Ctrl and a letter', pressed('z', { ctrlKey: true }), 'mod+z'],
  ['Ctrl, Shift and a letter', pressed('Z', { ctrlKey: true, shiftKey: true }), 'mod+shift+z'],
  ['a sign that needs Shift', pressed('?', { shiftKey: true }), '?'],
  ['a named key with Shift', pressed('Tab', { shiftKey: true }), 'shift+tab'],
  ['the space bar', pressed(' '), 'space'],
  ['Alt and a letter that gives a sign', pressed('®', { altKey: true, code: 'KeyR' }), 'alt+r'],
  ['Shift and a digit', pressed('!', { shiftKey: true, code: 'Digit1' }), 'shift+1'],
  ['a bracket', pressed('['), '['],
  ['a modifier alone', pressed('Control', { ctrlKey: true }), null],
  ['a dead key', pressed('Dead'), null],
])('%s is written so', (_what, event, combination) => {
  expect(combinationOf(event, false)).toBe(combination);
});

test('on a Mac the command key is the modifier, and Control is its own', () => {
  expect(combinationOf(pressed('k', { metaKey: true }), true)).toBe('mod+k');
  expect(combinationOf(pressed('k', { ctrlKey: true }), true)).toBe('ctrl+k');
});

test('a person’s own key takes the place of the built-in ones; an empty one takes them away', () => {
  const action = { id: 'edit.redo', keys: ['mod+shift+z', 'mod+y'] };
  expect(keysOf(action, chosen())).toEqual(['mod+shift+z', 'mod+y']);
  expect(keysOf(action, chosen({ 'edit.redo': 'f4' }))).toEqual(['f4']);
  expect(keysOf(action, chosen({ 'edit.redo': '' }))).toEqual([]);
});

test('keys are shown as they are printed on the keyboard', () => {
  expect(keyCaps('mod+shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
  expect(keyCaps('mod+shift+z', true)).toEqual(['⌘', '⇧', 'Z']);
  expect(keyCaps('mod++', false)).toEqual(['Ctrl', '+']);
  expect(keyCaps('+', false)).toEqual(['+']);
});

test('two actions on one key are found', () => {
  const actions = [
    { id: 'a', keys: ['x'] },
    { id: 'b', keys: ['y'] },
  ];
  expect([...clashes(actions, chosen())]).toEqual([]);
  expect([...clashes(actions, chosen({ b: 'x' }))]).toEqual([['x', ['a', 'b']]]);
});

test('a key map gives actions other keys and takes those keys from the others; the person’s own choice stands above it', () => {
  const previous = { id: 'images.previous', keys: ['pageup'] };
  const vertices = { id: 'tool.other', keys: ['d', 'shift+v'] };
  expect(keysOf(previous, chosen({}, 'cvat'))[0]).toBe('d');
  expect(keysOf(previous, chosen({}, 'labelme'))[0]).toBe('a');
  expect(keysOf(vertices, chosen({}, 'cvat'))).toEqual(['shift+v']);
  expect(keysOf(vertices, chosen({ 'tool.other': 'd' }, 'cvat'))).toEqual(['d']);
});
