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
  ['a list of objects', 'q.json', JSON.stringify(two.map((question, id) => ({ id, question })))],
  ['a list under "questions"', 'q.txt', JSON.stringify({ questions: two })],
  ['texts in JSON, one a line', 'q.jsonl', two.map((text) => JSON.stringify(text)).join('\n')],
  ['objects, one a line', 'q.txt', two.map((question) => JSON.stringify({ question })).join('\r\n')],
  ['a table divided by tabs', 'q.tsv', 'What is here?\t1\nAnd there?\t2\n'],
  ['a column of a table', 'q.csv', 'kind,Question\nref,What is here?\nref,"And there?"\n'],
  [
    'a table of one column without a head, as Excel writes it',
    'q.csv',
    '\ufeffWhat is here?;1\r\nAnd there?;2\r\n',
  ],
])('questions come as %s', async (_how, name, data) => {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, data);
  expect(await readQuestions(path)).toEqual({ questions: two, repeated: 0 });
});

test('what stands in the file twice is asked once, and counted', async () => {
  const path = join(await temporaryFolder(), 'q.txt');
  await writeFile(path, 'What is here?\n  And there?\nWhat is here?  \nAnd there?\nAnd there? \n');
  expect(await readQuestions(path)).toEqual({ questions: two, repeated: 3 });
});

test('a cell in quotes holds commas, line ends and quotes', async () => {
  const path = join(await temporaryFolder(), 'q.csv');
  await writeFile(path, 'id,question\n1,"Where, ""if""\nanywhere?"\n2,An 8" plate?\n3\n');
  expect(await readQuestions(path)).toEqual({
    questions: ['Where, "if"\nanywhere?', 'An 8" plate?'],
    repeated: 0,
  });
});

test.each<[string, string, string | Uint8Array, RegExp]>([
  ['a picture', 'q.png', Buffer.from('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1'), /is no text/u],
  ['an empty file', 'q.txt', '', /There is no question in/u],
  ['lines of spaces', 'q.txt', '\n  \n\t\n', /There is no question in/u],
  ['a table with a head alone', 'q.csv', 'question\n', /There is no question in/u],
  ['a table whose quotes do not end', 'q.csv', 'question\n"Why?\n', /is no table: /u],
  [
    'ten thousand questions',
    'q.txt',
    Array.from({ length: 10_000 }, (_, at) => `Why ${at}?\n`).join(''),
    /These are 10,000 questions; one run takes 1,000\./u,
  ],
  [
    'a line without end',
    'q.txt',
    `Why?\n${'x'.repeat(20_001)}`,
    /Question 2 has 20,001 characters; 20,000 are/u,
  ],
  ['JSON of another shape', 'q.json', '[{"prompt":"Why?"}]', /nor JSON of questions/u],
  ['an object that is no questions', 'q.txt', '{"images":["Why?"]}', /nor JSON of questions/u],
  ['lines under the name of JSON', 'q.json', 'Why?\nWhere?\n', /nor JSON of questions/u],
  ['JSON that does not end', 'q.jsonl', '{"question":"Why?"}\n{"question"', /nor JSON of questions/u],
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
