import { expect, test } from 'vitest';
import { toolOf } from '../../../renderer/tools/all-tools.ts';
import type { CanvasSession } from '../../../renderer/store/canvas-session.ts';
import { nextStroke, strokeAim } from '../../../renderer/tools/next-stroke.ts';

const nothing = { shift: false, alt: false };
const free = { now: nothing, pressed: null };
const shift = { ...nothing, shift: true };
const alt = { ...nothing, alt: true };
const cup = { active: 'cup 2', drawnClass: 'dog' };
const say = (
  tool: string,
  combine: 'new' | 'add' | 'subtract',
  known: { active: string | null; drawnClass: string | null },
  held: CanvasSession['held'] = free,
) => nextStroke({ tool: toolOf(tool), session: { combine, held }, ...known });

test('a shape says that it makes a new target of the class, and what the keys do instead', () => {
  expect(say('polygon', 'new', cup)).toEqual({
    does: 'A new dog',
    instead: [
      { key: 'shift', does: 'Adds to cup 2' },
      { key: 'alt', does: 'Takes from cup 2' },
    ],
  });
  expect(say('polygon', 'add', cup)).toEqual({
    does: 'Adds to cup 2',
    instead: [
      { key: 'shift', does: 'A new dog' },
      { key: 'alt', does: 'Takes from cup 2' },
    ],
  });
  expect(say('ellipse', 'new', { active: null, drawnClass: null })).toEqual({
    does: 'A new target',
    instead: [],
  });
  expect(say('wand', 'add', { active: null, drawnClass: 'dog' })).toEqual({ does: 'A new dog', instead: [] });
});

test('taking away needs a target, and says so', () => {
  expect(say('lasso', 'subtract', { active: null, drawnClass: null })?.does).toBe(
    'Select the target to take from',
  );
  expect(say('eraser', 'new', cup)).toEqual({
    does: 'Takes from cup 2',
    instead: [{ key: 'alt', does: 'Adds to cup 2' }],
  });
  expect(say('brush', 'new', cup)).toEqual({
    does: 'Adds to cup 2',
    instead: [{ key: 'alt', does: 'Takes from cup 2' }],
  });
});

test('filling says into what, and what Alt empties; nothing is filled without a target', () => {
  expect(say('fill', 'subtract', cup)).toEqual({
    does: 'Fills a gap in cup 2',
    instead: [{ key: 'alt', does: 'Empties a part of cup 2' }],
  });
  expect(say('fill', 'new', { active: null, drawnClass: 'dog' })).toEqual({
    does: 'Select the target to fill',
    instead: [],
  });
});

test('pointing at an object promises nothing of Alt, which means a place beside it there', () => {
  expect(say('segment', 'new', cup)).toEqual({
    does: 'A new dog',
    instead: [{ key: 'shift', does: 'Adds to cup 2' }],
  });
});

test('beside the pointer stands what the words say: a new one, or the target that is added to or taken from', () => {
  const aim = (
    tool: string,
    combine: 'new' | 'add' | 'subtract',
    hasActive: boolean,
    held: CanvasSession['held'] = free,
  ) => strokeAim({ tool: toolOf(tool), session: { combine, held }, hasActive });
  expect([aim('polygon', 'new', true), aim('polygon', 'add', true), aim('polygon', 'add', false)]).toEqual([
    'new',
    'add',
    'new',
  ]);
  expect([aim('ellipse', 'subtract', true), aim('ellipse', 'subtract', false)]).toEqual(['subtract', null]);
  expect([aim('brush', 'subtract', true), aim('brush', 'new', false)]).toEqual(['add', 'new']);
  expect([aim('eraser', 'new', true), aim('eraser', 'new', false)]).toEqual(['subtract', null]);
  expect([aim('select', 'new', true), aim('pan', 'add', true)]).toEqual([null, null]);
  const [withShift, withAlt] = [
    { ...free, now: shift },
    { ...free, now: alt },
  ];
  expect([
    aim('polygon', 'new', true, withShift),
    aim('polygon', 'add', true, withShift),
    aim('polygon', 'subtract', true, withShift),
    aim('brush', 'new', true, withAlt),
    aim('eraser', 'new', true, withAlt),
    aim('lasso', 'new', false, withAlt),
    aim('segment', 'new', true, withAlt),
  ]).toEqual(['add', 'new', 'new', 'subtract', 'add', null, 'new']);
});

test('while a key is held the words say what it makes of the stroke, and nothing else', () => {
  const says = (tool: string, held: CanvasSession['held'], known = cup as Parameters<typeof say>[2]) =>
    say(tool, 'new', known, held);
  const now = (keys: typeof nothing) => ({ now: keys, pressed: null });
  expect([says('rectangle', now(shift)), says('rectangle', now(alt))]).toEqual([
    { does: 'Adds to cup 2', instead: [] },
    { does: 'Takes from cup 2', instead: [] },
  ]);
  expect(says('rectangle', now(alt), { active: null, drawnClass: 'dog' })?.does).toBe(
    'Select the target to take from',
  );
  expect([says('segment', now(alt))?.does, says('brush', now(shift))?.does]).toEqual([
    'A new dog',
    'Adds to cup 2',
  ]);
  // Of a shape the keys count at its beginning and at its end; a stroke goes on as it began.
  expect(says('rectangle', { now: nothing, pressed: alt })?.does).toBe('Takes from cup 2');
  expect(says('rectangle', { now: alt, pressed: nothing })?.does).toBe('Takes from cup 2');
  expect(says('brush', { now: alt, pressed: nothing })?.does).toBe('Adds to cup 2');
});

test('tools that draw nothing say nothing', () => {
  expect(say('select', 'new', cup)).toBeNull();
  expect(say('pan', 'new', cup)).toBeNull();
});
