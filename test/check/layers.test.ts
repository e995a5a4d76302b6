import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  allowedArrows,
  betweenRooms,
  circlesOf,
  faultOf,
  importsOf,
  isOwnFile,
  sourceFiles,
  straysOf,
} from './import-rules.ts';
import { owners, rooms } from './rooms.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const imports = sourceFiles(root, ['electron', 'native-models', 'renderer']).flatMap((file) =>
  importsOf(root, file),
);

test('every import stays inside what its room may use', () => {
  expect(imports.length).toBeGreaterThan(1_000);
  expect(imports.map((found) => faultOf(rooms, found)).filter((found) => found !== null)).toEqual([]);
});

test('no file leads back to itself, not even by its types', () => {
  expect(circlesOf(imports.filter(({ to }) => isOwnFile(to)))).toEqual([]);
});

test('no room leads back to itself, neither by what is imported nor by what the rows allow', () => {
  // `native-models` puts its parts together and holds the small files beneath them; its files are checked one by one above.
  const isHouse = (arrow: { readonly from: string; readonly to: string }): boolean =>
    arrow.from !== 'native-models' && arrow.to !== 'native-models';
  expect(circlesOf(betweenRooms(rooms, imports).filter(isHouse))).toEqual([]);
  expect(circlesOf(allowedArrows(rooms).filter(isHouse))).toEqual([]);
});

test('each raw thing has one owner', () => {
  expect(straysOf(owners, imports)).toEqual([]);
});
