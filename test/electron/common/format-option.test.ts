import { expect, test } from 'vitest';
import type { FormatInfo } from '../../../electron/common/contract.ts';
import { extensionOf, isApplicable, isValueOf } from '../../../electron/common/format-option.ts';

const images = {
  name: 'images',
  label: 'Pictures',
  choices: [
    { value: 'copy', label: 'Copied' },
    { value: 'none', label: 'Not' },
  ],
  initial: 'none',
};
const info: FormatInfo = {
  ...{ id: 'a', label: 'A', description: '', canExport: true, canImport: true, endings: ['json'] },
  ...{ extension: 'json', alone: { images: 'none', split: 'none' } },
  options: [images, { ...images, name: 'split', initial: 'none' }],
};

test('a file alone, unless an option makes it several', () => {
  expect(extensionOf(info, {})).toBe('json');
  expect(extensionOf(info, { images: 'none', other: 'x' })).toBe('json');
  expect(extensionOf(info, { images: 'copy' })).toBe('zip');
  expect(extensionOf(info, { images: 'none', split: 'own' })).toBe('zip');
  // What is always that is that whatever is chosen.
  const { alone: _, ...plain } = info;
  expect(extensionOf(plain, { images: 'copy' })).toBe('json');
  expect(extensionOf({ ...plain, extension: null }, {})).toBeNull();
});

test('a value is one of the choices, or fits the pattern as a whole', () => {
  const other = { label: 'Seed', hint: 'a number', pattern: String.raw`\d+`, example: '1' };
  expect(['copy', 'none', '12', ''].map((value) => isValueOf(images, value))).toEqual([
    ...[true, true, false, false],
  ]);
  expect(['copy', '12', '12x', 'x12', '1\n2'].map((value) => isValueOf({ ...images, other }, value))).toEqual(
    [...[true, true, false, false, false]],
  );
});

test('an option belongs to a value of another, or to all but some', () => {
  const only = { ...images, onlyWhen: { option: 'as', value: 'polygon' } };
  const unless = { ...images, onlyWhen: { option: 'as', not: ['rle'] } };
  expect([{ as: 'polygon' }, { as: 'rle' }, {}].map((chosen) => isApplicable(only, chosen))).toEqual([
    ...[true, false, false],
  ]);
  expect([{ as: 'polygon' }, { as: 'rle' }, {}].map((chosen) => isApplicable(unless, chosen))).toEqual([
    ...[true, false, true],
  ]);
});
