import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFileWhole } from '../../../../electron/backend/formats/atomic-file.ts';
import { filesOfZip, zipOf, type ZipFile } from '../../../../electron/backend/formats/zip-archive.ts';
import { aWriteGuard } from '../../../helpers/a-write-guard.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const { signal } = new AbortController();

async function* each(files: readonly ZipFile[]): AsyncGenerator<ZipFile> {
  yield* files;
}

async function archived(files: AsyncIterable<ZipFile>): Promise<string> {
  const path = join(await temporaryFolder(), 'archive.zip');
  await writeFileWhole(path, zipOf(files), { guard: await aWriteGuard(), signal });
  return path;
}

async function readBack(path: string): Promise<ZipFile[]> {
  const files: ZipFile[] = [];
  for await (const { name, data } of filesOfZip(path)) files.push({ name, data: Uint8Array.from(data) });
  return files;
}

const named = [
  { name: 'plain.png', data: Uint8Array.of(1, 2, 3) },
  { name: 'cat 🐈‍⬛ naïve 猫.png', data: Uint8Array.from({ length: 70_000 }, (_, at) => at % 251) },
  { name: `${'long '.repeat(40)}.png`, data: new Uint8Array(0) },
];

test('files come back with their names and bytes, emoji and empty ones included', async () => {
  expect(await readBack(await archived(each(named)))).toEqual(named);
});

test('other programs read the same names and bytes', async ({ skip }) => {
  const path = await archived(each(named));
  const script =
    'import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps([[i.filename, i.file_size, i.flag_bits & 8] for i in z.infolist()]))';
  const seen = ((): string | null => {
    try {
      return execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  })();
  if (seen === null) return skip('no Python to ask');
  // The third number: no file brings its size behind its data.
  expect(JSON.parse(seen)).toEqual(named.map(({ name, data }) => [name, data.length, 0]));
});

test('the same files make the same archive', async () => {
  const [first, second] = [await archived(each(named)), await archived(each(named))];
  expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
});

describe('whoever stops early stops everything', () => {
  /** Files without end, and whether their source was let go. */
  function endless(): { readonly files: AsyncGenerator<ZipFile>; readonly isLetGo: () => boolean } {
    let isLetGo = false;
    async function* files(): AsyncGenerator<ZipFile> {
      try {
        for (let at = 0; ; at++) yield { name: `${at}.png`, data: new Uint8Array(100_000) };
      } finally {
        isLetGo = true;
      }
    }
    return { files: files(), isLetGo: () => isLetGo };
  }

  test('a reader that walks away', async () => {
    const { files, isLetGo } = endless();
    let pieces = 0;
    for await (const piece of zipOf(files)) if (piece.length > 0 && ++pieces > 5) break;
    expect(isLetGo()).toBe(true);
  });

  test('a cancel while it is written: no file, no half of one', async () => {
    const folder = await temporaryFolder();
    const { files, isLetGo } = endless();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const writing = writeFileWhole(join(folder, 'archive.zip'), zipOf(files), {
      guard: await aWriteGuard(),
      signal: stop.signal,
    });
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect([isLetGo(), readdirSync(folder)]).toEqual([true, []]);
  });

  test('a disk that fills up', async () => {
    const { files, isLetGo } = endless();
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    async function* throttled(): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      for await (const piece of zipOf(files)) {
        if ((bytes += piece.length) > 1e6) throw full;
        yield piece;
      }
    }
    const folder = await temporaryFolder();
    const writing = writeFileWhole(join(folder, 'archive.zip'), throttled(), {
      guard: await aWriteGuard(),
      signal,
    });
    await expect(writing).rejects.toMatchObject({ code: 'disk-full' });
    expect([isLetGo(), readdirSync(folder)]).toEqual([true, []]);
  });

  test('a file that cannot be made: its own reason arrives', async () => {
    async function* failing(): AsyncGenerator<ZipFile> {
      yield { name: 'a.png', data: Uint8Array.of(1) };
      throw new Error('gone');
    }
    await expect(archived(failing())).rejects.toThrow('gone');
  });
});

describe('an archive that is none is refused', () => {
  const refused = async (change: (bytes: Buffer) => Buffer): Promise<void> => {
    const path = await archived(each(named));
    writeFileSync(path, change(readFileSync(path)));
    await expect(readBack(path)).rejects.toMatchObject({ code: 'bad-file' });
  };

  test('text', () => refused(() => Buffer.from('nonsense that is long enough to hold an end record')));
  test('nothing', () => refused(() => Buffer.alloc(0)));
  test('the first half', () => refused((bytes) => bytes.subarray(0, bytes.length / 2)));
  test('one byte of a picture changed', () =>
    refused((bytes) => {
      const changed = Buffer.from(bytes);
      changed[5000] = (changed[5000] as number) ^ 1;
      return changed;
    }));

  test('one that is not there', async () => {
    await expect(readBack('/nowhere/x.zip')).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
