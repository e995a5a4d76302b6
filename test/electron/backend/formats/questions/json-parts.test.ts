import { expect, test } from 'vitest';
import { jsonParts } from '../../../../../electron/backend/formats/questions/json-parts.ts';

const read = (names: readonly string[]) =>
  jsonParts(
    { names, root: null, read: (name) => Promise.resolve(new TextEncoder().encode(`"${name}"`)) },
    'ShareGPT',
    new AbortController().signal,
  );

test.each<[readonly string[], readonly (string | null)[]]>([
  [['a.json'], [null]],
  [['a_train.json', 'images/a.png'], ['train']],
  [
    ['a_test.json', 'a_train.json', 'a_VAL.json', 'notes.txt'],
    ['test', 'train', 'val'],
  ],
])('the file, or the files of the parts: %j', async (names, splits) => {
  const parts = await read(names);
  expect(parts.map(({ split }) => split)).toEqual(splits);
  expect(parts.map(({ source }) => source.kind)).toEqual(splits.map(() => 'bytes'));
});

test.each<[readonly string[], number]>([
  [[], 0],
  [['a.png'], 0],
  [['a.json', 'b.json'], 2],
  [['a_train.json', 'b_val.json'], 2],
  [['a_train.json', 'a.json'], 2],
])('no file, and several of something else, are refused: %j', async (names, count) => {
  await expect(read(names)).rejects.toMatchObject({
    code: 'bad-file',
    message: `ShareGPT is one JSON file; here are ${count}.`,
  });
});
