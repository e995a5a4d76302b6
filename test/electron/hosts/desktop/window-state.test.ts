import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  initialBounds,
  readWindowState,
  writeWindowState,
} from '../../../../electron/hosts/desktop/window-state.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const state = { x: 100, y: 50, width: 1200, height: 800, isMaximised: false };
const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];

test('a window state is read as it was written', async () => {
  const file = join(await temporaryFolder(), 'window.json');
  writeWindowState(file, state);
  expect(readWindowState(file)).toEqual(state);
});

test.each([
  '',
  '{',
  '[]',
  '{"x":1}',
  JSON.stringify({ ...state, width: -5 }),
  JSON.stringify({ ...state, x: 'left' }),
])('a damaged file is as good as none: %s', async (text) => {
  const file = join(await temporaryFolder(), 'window.json');
  await writeFile(file, text);
  expect(readWindowState(file)).toBeNull();
});

test('a state that cannot be written harms nobody', () => {
  expect(() => writeWindowState('/no/such/folder/window.json', state)).not.toThrow();
});

test('a window comes back where it was', () => {
  expect(initialBounds(state, screens)).toEqual({ x: 100, y: 50, width: 1200, height: 800 });
});

test('a window on a screen that is gone comes back where the system puts it, at its size', () => {
  expect(initialBounds({ ...state, x: 2500 }, screens)).toEqual({ width: 1200, height: 800 });
  expect(initialBounds({ ...state, x: -1150 }, screens)).toEqual({ width: 1200, height: 800 });
  expect(
    initialBounds({ ...state, x: 2500 }, [...screens, { x: 1920, y: 0, width: 1920, height: 1080 }]),
  ).toMatchObject({ x: 2500 });
});

test('without a state the window has its usual size', () => {
  expect(initialBounds(null, screens)).toEqual({ width: 1440, height: 900 });
});
