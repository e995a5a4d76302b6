import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createPictureFolder,
  trimPictureFolder,
} from '../../../../electron/backend/images/picture-folder.ts';
import { createPixelCache } from '../../../../electron/backend/images/pixel-cache.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('decoded pictures in memory', () => {
  const image = (bytes: number) => ({ width: 1, height: 1, data: new Uint8Array(bytes) });

  /** Notes what was really decoded. */
  function aCache(maximumBytes: number) {
    const cache = createPixelCache(maximumBytes);
    const decoded: string[] = [];
    const get = (key: string, bytes = 10) =>
      cache.get(key, async () => {
        decoded.push(key);
        await new Promise((resolve) => setImmediate(resolve));
        return image(bytes);
      });
    return { decoded, get };
  }

  test('are decoded once, however many ask at the same time', async () => {
    const { decoded, get } = aCache(100);
    await Promise.all([get('a'), get('a'), get('b')]);
    await get('a');
    expect(decoded).toEqual(['a', 'b']);
  });

  test('go when there are too many, those unused longest first', async () => {
    const { decoded, get } = aCache(30);
    for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'c', 'b']) await get(key);
    expect(decoded).toEqual(['a', 'b', 'c', 'd', 'b']);
  });

  test('one that is larger than all the room is kept alone', async () => {
    const { decoded, get } = aCache(30);
    await get('a');
    await get('huge', 500);
    await get('huge', 500);
    await get('a');
    expect(decoded).toEqual(['a', 'huge', 'a']);
  });

  test('a failure is not kept', async () => {
    const cache = createPixelCache(10);
    await expect(cache.get('a', () => Promise.reject(new Error('once')))).rejects.toThrow('once');
    expect((await cache.get('a', () => Promise.resolve(image(3)))).data.length).toBe(3);
  });
});

describe('tiles on disk', () => {
  test('are read back as written; a place that cannot be written costs nothing', async () => {
    const folder = await temporaryFolder();
    const pictures = createPictureFolder(folder);
    expect(await pictures.read('abc', '0/0-0.png')).toBeNull();
    await pictures.write('abc', '0/0-0.png', Uint8Array.of(1, 2, 3));
    expect([...(await pictures.read('abc', '0/0-0.png'))!]).toEqual([1, 2, 3]);
    expect(await readdir(join(folder, 'abc', '0'))).toEqual(['0-0.png']);
    await writeFile(join(folder, 'file'), '');
    await createPictureFolder(join(folder, 'file')).write('abc', 'x.png', Uint8Array.of(1));
  });

  test('the pictures used longest ago go until the rest fits', async () => {
    const folder = await temporaryFolder();
    for (const [at, name] of ['new', 'old', 'older'].entries()) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'tile.png'), new Uint8Array(100));
      const used = new Date(2026, 0, 30 - at);
      await utimes(join(folder, name), used, used);
    }
    await trimPictureFolder(folder, 250);
    expect((await readdir(folder)).sort()).toEqual(['new', 'old']);
    await trimPictureFolder(join(folder, 'nowhere'), 0);
  });
});
