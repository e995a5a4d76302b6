import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const sharded = fileURLToPath(new URL('../../fixtures/reference-a/formats/bin_sharded', import.meta.url));
const indexName = 'pytorch_model.bin.index.json';
type Index = { weight_map: Record<string, string> };

async function shardedFolder(change: (index: Index) => void = () => undefined): Promise<string> {
  const folder = join(await temporaryFolder(), 'checkpoint');
  await cp(sharded, folder, { recursive: true });
  const index = JSON.parse(await readFile(join(folder, indexName), 'utf8')) as Index;
  change(index);
  await writeFile(join(folder, indexName), JSON.stringify(index));
  return folder;
}

test('a missing shard is named', async () => {
  const folder = await shardedFolder();
  await rm(join(folder, 'pytorch_model-00002-of-00002.bin'));
  await expect(openCheckpoint(folder)).rejects.toMatchObject({
    code: 'checkpoint-missing-shard',
    message:
      'The shard list names 1 of 2 files that are not in the folder: pytorch_model-00002-of-00002.bin.',
  });
});

test('a tensor that is not in the shard the list names is reported', async () => {
  const folder = await shardedFolder((index) => {
    index.weight_map['f32.invented'] = 'pytorch_model-00001-of-00002.bin';
  });
  await expect(openCheckpoint(folder)).rejects.toMatchObject({
    code: 'checkpoint-wrong-index',
    message: expect.stringContaining('f32.invented'),
  });
});

test('a shard list that names files outside the folder is refused', async () => {
  const folder = await shardedFolder((index) => {
    index.weight_map['f32.plain'] = '../../secret.bin';
  });
  await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-wrong-index' });
});

test('a shard list of more files than any checkpoint has is refused before each is looked for', async () => {
  const folder = await shardedFolder((index) => {
    for (let at = 0; at < 50_000; at++) index.weight_map[`t${at}`] = `shard-${at}.bin`;
  });
  await expect(openCheckpoint(folder)).rejects.toMatchObject({
    code: 'checkpoint-wrong-index',
    message: expect.stringContaining('10000 at most'),
  });
});

test('a shard list that is not JSON is refused', async () => {
  const folder = await shardedFolder();
  await writeFile(join(folder, indexName), '{"weight_map": ');
  await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-wrong-index' });
});

test('a folder without a checkpoint says what was looked for', async () => {
  await expect(openCheckpoint(await temporaryFolder())).rejects.toMatchObject({
    code: 'checkpoint-not-found',
    message: expect.stringContaining('model.safetensors'),
  });
});

test.each([
  ['pytorch_model.bin.index.json', 'checkpoint-500 holds one: choose that'],
  ['model.safetensors', 'checkpoint-500 holds one: choose that'],
  ['adapter_model.safetensors', 'checkpoint-500 holds adapters alone: merge them'],
])('a folder whose checkpoint lies one below says so: %s', async (file, words) => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'checkpoint-500'));
  await mkdir(join(folder, 'another'));
  await writeFile(join(folder, 'checkpoint-500', file), 'x');
  await expect(openCheckpoint(folder)).rejects.toMatchObject({
    code: 'checkpoint-not-found',
    message: expect.stringContaining(words),
  });
});
