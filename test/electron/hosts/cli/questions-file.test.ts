import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readQuestions } from '../../../../electron/hosts/cli/questions-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const two = ['What is here?', 'And there?'];

test.each<[string, string, string | Uint8Array]>([
  ['lines of Windows, with a mark and empty ones', 'q.txt', '\ufeff What is here?\r\n\r\nAnd there?\r\n'],
  ['lines of an old Mac', 'q.txt', 'What is here?\rAnd there?'],
  ['UTF-16', 'q.txt', Buffer.from('\ufeffWhat is here?\nAnd there?\n', 'utf16le')],
  ['a list in JSON, with a mark', 'q.json', `\ufeff${JSON.stringify(two)}`],
  ['a column of a table', 'q.csv', 'kind,Question\nref,What is here?\nref,"And there?"\n'],
  [
    'a table of one column without a head, as Excel writes it',
    'q.csv',
    '\ufeffWhat is here?;1\r\nAnd there?;2\r\n',
  ],
])('questions come as %s', async (_how, name, data) => {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, data);
  expect(await readQuestions(path)).toEqual(two);
});

test('a cell in quotes holds commas, line ends and quotes', async () => {
  const path = join(await temporaryFolder(), 'q.csv');
  await writeFile(path, 'id,question\n1,"Where, ""if""\nanywhere?"\n2,An 8" plate?\n3\n');
  expect(await readQuestions(path)).toEqual(['Where, "if"\nanywhere?', 'An 8" plate?']);
});

test.each<[string, string, string | Uint8Array, RegExp]>([
  ['a picture', 'q.png', Buffer.from('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1'), /is no text/u],
  ['an empty file', 'q.txt', '', /There is no question in/u],
  ['lines of spaces', 'q.txt', '\n  \n\t\n', /There is no question in/u],
  ['a table with a head alone', 'q.csv', 'question\n', /There is no question in/u],
  ['a table whose quotes do not end', 'q.csv', 'question\n"Why?\n', /is no table: /u],
  ['ten thousand lines', 'q.txt', 'Why?\n'.repeat(10_000), /has 10000 questions; one run takes 100\./u],
  [
    'a line without end',
    'q.txt',
    `Why?\n${'x'.repeat(20_001)}`,
    /question 2 has 20001 characters, 20000 are/u,
  ],
  ['JSON of another shape', 'q.json', '[{"question":"Why?"}]', /neither a list of texts in JSON/u],
])('%s is refused with what it is', async (_what, name, data, words) => {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, data);
  const refused = readQuestions(path);
  await expect(refused).rejects.toMatchObject({ code: 'bad-file' });
  await expect(refused).rejects.toThrow(words);
});

test('a folder and nothing at all are told as that', async () => {
  const folder = await temporaryFolder();
  await expect(readQuestions(folder)).rejects.toThrow('is a folder, not a file');
  await expect(readQuestions(join(folder, 'q.txt'))).rejects.toMatchObject({ code: 'file-not-found' });
});
