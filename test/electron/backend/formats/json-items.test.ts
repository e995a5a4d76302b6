import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  readJsonItems,
  type JsonItem,
  type ReadOptions,
} from '../../../../electron/backend/formats/json-items.ts';
import { bytesOf } from '../../../helpers/project-contents.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const signal = new AbortController().signal;

async function itemsOf(text: string, options: Partial<ReadOptions> = {}): Promise<JsonItem[]> {
  const items: JsonItem[] = [];
  for await (const block of readJsonItems(bytesOf(text), { signal, ...options })) items.push(...block);
  return items;
}

/** The slow way: all at once. */
function slowItems(text: string): JsonItem[] {
  const root = JSON.parse(text) as unknown;
  const listed = (key: string | null, value: unknown): JsonItem[] =>
    Array.isArray(value)
      ? value.map((item: unknown, index) => ({ key, index, value: item }))
      : [{ key, index: null, value }];
  if (Array.isArray(root)) return listed(null, root);
  return Object.entries(root as object).flatMap(([key, value]) => listed(key, value));
}

function randomJson(random: () => number, depth: number): unknown {
  const kind = randomInteger(random, 0, depth > 3 ? 5 : 7);
  const strings = ['', 'plain', 'a "quote"', 'back\\slash\\', '{[', ']}', 'é😀', '\u2028\n\t', '\\"'];
  if (kind === 0) return random() * 1e6 - 5e5;
  if (kind === 1) return randomInteger(random, -5, 5);
  if (kind === 2) return strings[randomInteger(random, 0, strings.length)];
  if (kind === 3) return random() < 0.5;
  if (kind === 4) return null;
  const size = randomInteger(random, 0, 5);
  if (kind === 5) return Array.from({ length: size }, () => randomJson(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, (_, index) => [`${strings[index]}${index}`, randomJson(random, depth + 1)]),
  );
}

test('reads what JSON.parse reads, for any document and any white space', async () => {
  const random = seededRandom(81);
  for (let round = 0; round < 300; round++) {
    const list = Array.from({ length: randomInteger(random, 0, 6) }, () => randomJson(random, 1));
    const root = round % 2 ? list : Object.fromEntries(list.map((value, index) => [`key ${index}`, value]));
    const text = JSON.stringify(root, null, round % 3);
    expect(await itemsOf(text)).toEqual(slowItems(text));
  }
});

test('members that lie across the blocks of a file come out whole', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'large.json');
  const text = JSON.stringify({
    images: [{ name: 'é'.repeat(700_000) }],
    numbers: Array.from({ length: 100_000 }, (_, n) => n),
  });
  await writeFile(path, text);
  const items: JsonItem[] = [];
  const seen: number[] = [];
  const options = { signal, onBytes: (done: number) => void seen.push(done) };
  for await (const block of readJsonItems({ kind: 'path', path }, options))
    block.forEach((item) => items.push(item));
  expect(items).toEqual(slowItems(text));
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.at(-1)).toBe(Buffer.byteLength(text));
});

test('members come in batches that are soon read, however small they are, so that others get their turn between', async () => {
  const batches: number[] = [];
  const text = `[${'{},'.repeat(300_000)}{}]`;
  for await (const items of readJsonItems(bytesOf(text), { signal })) batches.push(items.length);
  expect(Math.max(...batches)).toBeLessThan(22_000);
  expect(batches.reduce((sum, count) => sum + count, 0)).toBe(300_001);
});

test('what is not wanted is counted but never parsed', async () => {
  const text = '{"skip":[{"not":json},2],"keep":[{"a":1}]}';
  expect(await itemsOf(text, { isWanted: (key) => key === 'keep' })).toEqual([
    { key: 'skip', index: 0, value: null },
    { key: 'skip', index: 1, value: null },
    { key: 'keep', index: 0, value: { a: 1 } },
  ]);
});

test('a byte order mark is no fault', async () => {
  expect(await itemsOf('\uFEFF[1]')).toEqual([{ key: null, index: 0, value: 1 }]);
});

describe('what is no JSON is refused with the place', () => {
  test.each([
    ['', 'The file is empty'],
    ['   \n', 'The file is empty'],
    ['hello', 'begins with neither { nor ['],
    ['{"a":[1,2', 'ends in the middle inside "a"'],
    ['{"a":[1,2]', 'ends in the middle'],
    ['{"a":[{"b":"', 'ends in the middle'],
    ['[1,]', '"]" at byte 3'],
    ['[,1]', '"," at byte 1'],
    ['{"a":1,}', '"}" at byte 7'],
    ['{a:1}', '"a" at byte 1'],
    ['{"a" 1}', '"1" at byte 5'],
    ['[1 2]', '"2" at byte 3'],
    ['[1]x', '"x" at byte 3'],
    ['[nonsense]', 'entry 0 cannot be read'],
    ['[{"a":}]', 'entry 0 cannot be read'],
    [`[${'['.repeat(100)}`, 'does not belong there'],
  ])('%s', async (text, words) => {
    const reading = itemsOf(text);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toMatchObject({ code: 'bad-file' });
  });

  test('bytes that are no UTF-8, and UTF-16', async () => {
    const read = async (data: number[]): Promise<void> => {
      const source = { kind: 'bytes', name: 'x.json', data: Uint8Array.from(data) } as const;
      for await (const block of readJsonItems(source, { signal })) expect(block).toBeDefined();
    };
    await expect(read([0x5b, 0x22, 0xff, 0x22, 0x5d])).rejects.toMatchObject({ code: 'bad-file' });
    await expect(read([0xff, 0xfe, 0x5b, 0, 0x5d, 0])).rejects.toThrow('UTF-16');
  });

  test('a file that is not there', async () => {
    const read = async (): Promise<void> => {
      for await (const block of readJsonItems({ kind: 'path', path: '/nowhere/x.json' }, { signal }))
        expect(block).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

test('no single member may be larger than the limit, so memory stays bounded', async () => {
  const limit = { maximumItemBytes: 3 * 2 ** 20 };
  await expect(itemsOf(`["${'x'.repeat(4 * 2 ** 20)}"]`, limit)).rejects.toThrow('larger than 3 MB');
  await expect(itemsOf(`["${'x'.repeat(4 * 2 ** 20)}"]`, limit)).rejects.toMatchObject({ code: 'too-large' });
  expect(await itemsOf(`["${'x'.repeat(2 * 2 ** 20)}"]`, limit)).toHaveLength(1);
});

test('cancelling stops the reading', async () => {
  const stop = new AbortController();
  const data = new TextEncoder().encode(`[${'1,'.repeat(700_000)}1]`);
  const reading = readJsonItems({ kind: 'bytes', name: 'x.json', data }, { signal: stop.signal });
  await reading.next();
  stop.abort();
  await expect(reading.next()).rejects.toMatchObject({ name: 'AbortError' });
});
