import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLineFile, readLines } from '../../../../electron/backend/jobs/line-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function linesOf(path: string): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

test('what was appended is read back in order, also across two openings and from many writers at once', async () => {
  const path = join(await temporaryFolder(), 'deep', 'lines.jsonl');
  const first = await openLineFile(path);
  await Promise.all(Array.from({ length: 50 }, (_, number) => first.append({ number })));
  await first.close();
  const second = await openLineFile(path);
  await second.append('last\nwith an end of line in it');
  await second.close();
  const numbers = Array.from({ length: 50 }, (_, number) => ({ number }));
  expect(await linesOf(path)).toEqual([...numbers, 'last\nwith an end of line in it']);
});

test('a line cut off anywhere by a kill costs that line alone, and the next one does not grow together with it', async () => {
  const path = join(await temporaryFolder(), 'lines.jsonl');
  const torn = `${JSON.stringify({ item: 'ä€😀' })}\n`;
  for (let bytes = 0; bytes < Buffer.byteLength(torn); bytes++) {
    await writeFile(path, '{"item":1}\n');
    await appendFile(path, Buffer.from(torn).subarray(0, bytes));
    expect(await linesOf(path)).toEqual([{ item: 1 }]);
    const file = await openLineFile(path);
    await file.append({ item: 2 });
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('{"item":1}\n{"item":2}\n');
  }
});

test('a file that is not there has no lines; a damaged line in the middle is named', async () => {
  const folder = await temporaryFolder();
  expect(await linesOf(join(folder, 'none.jsonl'))).toEqual([]);
  const path = join(folder, 'bad.jsonl');
  await writeFile(path, '{"a":1}\n{"b":\n{"c":3}\n');
  await expect(linesOf(path)).rejects.toThrow(`Line 2 of ${path} is damaged.`);
});

// A device that fails every write as a full disk does.
test.skipIf(process.platform !== 'linux')('a full disk is told, and the file takes no more', async () => {
  const file = await openLineFile('/dev/full');
  await expect(file.append(1)).rejects.toMatchObject({ code: 'disk-full' });
  await expect(file.append(2)).rejects.toMatchObject({ code: 'disk-full' });
  await file.close();
});
