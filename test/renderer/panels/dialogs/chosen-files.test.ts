import { expect, test } from 'vitest';
import { chosenAfter } from '../../../../renderer/panels/dialogs/chosen-files.ts';

const choosable = ['a', 'b', 'c', 'd', 'e'];
const after = (
  chosen: readonly string[],
  path: string,
  range: { readonly from: string | null } | null = null,
): readonly string[] =>
  chosenAfter({ choosable, chosen, path, from: range?.from ?? null, isRange: range !== null });

test('a click chooses one file more, and one less where it was chosen', () => {
  expect(after([], 'b')).toEqual(['b']);
  expect(after(['b', 'd'], 'c')).toEqual(['b', 'd', 'c']);
  expect(after(['b', 'd'], 'b')).toEqual(['d']);
});

test('Shift chooses all from the last clicked one to this, either way, each once, and keeps the others', () => {
  expect(after(['b'], 'd', { from: 'b' })).toEqual(['b', 'c', 'd']);
  expect(after(['d'], 'b', { from: 'd' })).toEqual(['d', 'b', 'c']);
  expect(after(['a', 'c'], 'd', { from: 'c' })).toEqual(['a', 'c', 'd']);
  // The one clicked last was taken out: the range begins there all the same.
  expect(after(['a'], 'c', { from: 'b' })).toEqual(['a', 'b', 'c']);
});

test('Shift chooses one where no range has begun, or it began in a folder that was left', () => {
  expect(after([], 'c', { from: null })).toEqual(['c']);
  expect(after(['a'], 'c', { from: 'elsewhere' })).toEqual(['a', 'c']);
});
