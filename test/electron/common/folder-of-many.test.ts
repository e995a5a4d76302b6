import { expect, test } from 'vitest';
import { folderOfMany } from '../../../electron/common/folder-of-many.ts';

const many = (names: (at: number) => string): string[] => Array.from({ length: 20 }, (_, at) => names(at));

test('few files are told by their names', () => {
  expect(folderOfMany([])).toBeNull();
  expect(folderOfMany(['/out/a.json', '/out/b.json'])).toBeNull();
});

test('of many it is the folder that holds them all', () => {
  expect(folderOfMany(many((at) => `/out/set/images/${at}.png`))).toBe('/out/set/images');
  expect(folderOfMany(many((at) => `/out/set/${at % 2 ? 'train' : 'trap'}/${at}.png`))).toBe('/out/set');
  expect(folderOfMany(many((at) => `C:\\out\\set\\${at % 3}\\${at}.png`))).toBe('C:\\out\\set');
  expect(folderOfMany([...many((at) => `/out/set/a/b/${at}.png`), '/out/set/data.yaml'])).toBe('/out/set');
});

test('a name without a folder has none in common with others', () => {
  expect(folderOfMany(many((at) => `${at}.png`))).toBeNull();
});
