import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { choiceKey, recall, remember } from '../../../../native-models/runtime/device/remembered-choices.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const figures = [
  { provider: 'cuda', answerMs: 400, tokenMs: 9, isWhole: true },
  { provider: 'cpu', answerMs: 700, tokenMs: 0, isWhole: false },
] as const;

test('what was measured is remembered for the same machine, driver and model, and for no other', async () => {
  const file = path.join(await temporaryFolder(), 'data', 'device-choices.json');
  const facts = { driver: '580', model: 'a', threads: 2 };
  await remember(file, choiceKey(facts), figures);
  expect(await recall(file, choiceKey({ threads: 2, model: 'a', driver: '580' }))).toEqual(figures);
  for (const other of [{ driver: '581' }, { model: 'b' }, { threads: 4 }])
    expect(await recall(file, choiceKey({ ...facts, ...other }))).toBeNull();
});

test('a file that is damaged, of another version or not there remembers nothing, and is written anew', async () => {
  const file = path.join(await temporaryFolder(), 'device-choices.json');
  const key = choiceKey({ model: 'a' });
  expect(await recall(file, key)).toBeNull();
  for (const content of [
    '{',
    '[]',
    '{"version":2,"choices":[]}',
    '{"version":1,"choices":[{"key":"k","measured":[]}]}',
  ]) {
    await writeFile(file, content);
    expect(await recall(file, key)).toBeNull();
    await remember(file, key, figures);
    expect(await recall(file, key)).toEqual(figures);
  }
});

test('old measurements make room for new ones', async () => {
  const file = path.join(await temporaryFolder(), 'device-choices.json');
  for (let model = 0; model < 45; model++) await remember(file, choiceKey({ model }), figures);
  expect(await recall(file, choiceKey({ model: 0 }))).toBeNull();
  expect(await recall(file, choiceKey({ model: 44 }))).toEqual(figures);
  expect((JSON.parse(await readFile(file, 'utf8')) as { choices: unknown[] }).choices).toHaveLength(40);
});

test('a folder that cannot be written is no reason to fail', async () => {
  const blocked = path.join(await temporaryFolder(), 'a-file');
  await writeFile(blocked, '');
  await expect(remember(path.join(blocked, 'choices.json'), 'key', figures)).resolves.toBeUndefined();
});
