import { describe, expect, test } from 'vitest';
import {
  imageFinder,
  matchImages,
  type Candidate,
  type FileImage,
} from '../../../../electron/backend/formats/match-images.ts';

const size = { width: 64, height: 48 };
const file = (name: string, fields: Partial<FileImage> = {}): FileImage => ({
  name,
  size,
  sha256: null,
  ...fields,
});
const here = (path: string, fields: Partial<Candidate> = {}): Candidate => ({
  ...{ name: path.split('/').at(-1) ?? '', paths: [path], folders: '', sha256: path, size },
  ...fields,
});
const nothingOnDisk = () => Promise.resolve(null);

/** In short: the path of what was found and by what, or the problem. */
async function found(
  wanted: readonly FileImage[],
  candidates: readonly Candidate[],
  onDisk = nothingOnDisk as (name: string) => Promise<string | null>,
) {
  const matches = await matchImages(wanted, candidates, onDisk);
  return matches.map((match) => (match.image ? `${match.image.paths[0]} by ${match.by}` : match.problem));
}

describe('which image is meant', () => {
  test('the longest common tail of folders decides, whatever the slash and what stands before it', async () => {
    const candidates = [here('/data/a/cam1/f.png'), here('/data/b/cam1/f.png'), here('/data/b/cam2/f.png')];
    const names = ['a/cam1/f.png', 'D:\\sets\\b\\cam1\\f.png', './cam2/f.png', 'https://host/x/b/cam2/f.png'];
    expect(
      await found(
        names.slice(0, 3).map((name) => file(name)),
        candidates,
      ),
    ).toEqual(['/data/a/cam1/f.png by path', '/data/b/cam1/f.png by path', '/data/b/cam2/f.png by path']);
    expect(await found([file('cam1/f.png')], candidates)).toEqual(['several']);
    expect(await found([file(names[3] as string)], candidates)).toEqual(['/data/b/cam2/f.png by path']);
  });

  test('an image goes to the name that fits it best; another of that name gets none', async () => {
    const candidates = [here('/data/cam2/f.png')];
    expect(await found([file('cam1/f.png'), file('cam2/f.png')], candidates)).toEqual([
      'not-there',
      '/data/cam2/f.png by path',
    ]);
    expect(await found([file('x/f.png'), file('y/f.png')], candidates)).toEqual(['several', 'several']);
    expect(await found([file('x/f.png'), file('x/f.png')], candidates)).toEqual([
      '/data/cam2/f.png by name',
      '/data/cam2/f.png by name',
    ]);
  });

  test("a name that nothing has is an image's own but for what programs do to names, if only one can be meant", async () => {
    const candidates = [here('/data/my photo.JPG'), here('/data/b.png'), here('/data/c.png')];
    const named = (...names: string[]): Promise<unknown> =>
      found(
        names.map((name) => file(name)),
        candidates,
      );
    expect(await named('https://host/x/my%20photo.jpg?token=1', '1f2e3d4c-b.png', 'c.PNG')).toEqual([
      '/data/my photo.JPG by name',
      '/data/b.png by name',
      '/data/c.png by name',
    ]);
    // The image that has the name is nobody else's, and two names are not one image.
    expect(await named('b.png', 'b.PNG')).toEqual(['/data/b.png by name', 'not-there']);
    expect(await named('1f2e3d4c-b.png', '00000000-b.png')).toEqual(['several', 'several']);
    expect(await found([file('c.PNG', { size: { width: 1, height: 1 } })], candidates)).toEqual([
      'other-size',
    ]);
    expect(await found([file('a.png')], [here('/x/a.Png'), here('/y/a.PNG')])).toEqual(['several']);
    // What lies on the disk under that very name is another picture.
    expect(await found([file('c.PNG')], candidates, () => Promise.resolve('another'))).toEqual(['not-there']);
  });

  test('folders that an earlier import gave are believed', async () => {
    const candidates = [here('/data/f.png', { folders: 'cam2', paths: ['cam2/f.png', '/data/f.png'] })];
    expect(await found([file('cam1/f.png')], candidates)).toEqual(['not-there']);
    expect(await found([file('cam2/f.png')], candidates)).toEqual(['cam2/f.png by path']);
  });

  test('a hash goes before every name, and one of another picture rules the name out', async () => {
    const candidates = [here('/data/a.png', { sha256: 'aa' }), here('/data/b.png', { sha256: 'bb' })];
    expect(await found([file('b.png', { sha256: 'aa' })], candidates)).toEqual(['/data/a.png by hash']);
    expect(await found([file('b.png', { sha256: 'cc' })], candidates)).toEqual(['other-picture']);
  });

  test('the file that lies under the name proves it or rules it out', async () => {
    const candidates = [here('/data/cam2/f.png', { sha256: 'two' })];
    const onDisk = (hash: string) => (name: string) => Promise.resolve(name === 'cam1/f.png' ? hash : null);
    expect(await found([file('cam1/f.png')], candidates, onDisk('one'))).toEqual(['not-there']);
    expect(await found([file('cam1/f.png')], candidates, onDisk('two'))).toEqual([
      '/data/cam2/f.png by content',
    ]);
  });

  test('among several of one name the size decides, and a size that fits none is told', async () => {
    const candidates = [here('/a/f.png'), here('/b/f.png', { size: { width: 1, height: 1 } })];
    expect(await found([file('f.png')], candidates)).toEqual(['/a/f.png by name']);
    expect(await found([file('f.png', { size: { width: 5, height: 5 } })], candidates)).toEqual([
      'other-size',
    ]);
    expect(await found([file('a/f.png', { size: { width: 5, height: 5 } })], candidates)).toEqual([
      'other-size',
    ]);
    expect(await found([file('f.png', { size: null })], candidates)).toEqual(['several']);
  });

  test('letters written as one character or two are the same; capitals are not', async () => {
    expect(
      await found([file('e\u0301.png'), file('F.png')], [here('/a/\u00e9.png'), here('/a/f.png')]),
    ).toEqual(['/a/\u00e9.png by name', 'not-there']);
  });
});

test('one name after the other is found by the same folders, and only where one image can be meant', () => {
  const other = { width: 48, height: 64 };
  const find = imageFinder([
    here('/data/a/cam1/f.png'),
    here('/data/b/cam1/f.png'),
    here('/data/b/cam2/f.png'),
    here('/data/b/cam3/f.png', { size: other }),
    here('/data/caf\u00e9.png'),
  ]);
  const at = (name: string, of = size): string | null => find(name, of)?.paths[0] ?? null;
  expect([
    at('x/a/cam1/f.png'),
    at('D:\\b\\cam2\\f.png'),
    at('cam1/f.png'), // two share as much
    at('f.png'),
    at('elsewhere/f.png', other), // the only one of its size
    at('cam2/f.png', other),
    at('cafe\u0301.png'), // the same letters, written as two characters
    at('cam1/g.png'),
  ]).toEqual([
    '/data/a/cam1/f.png',
    '/data/b/cam2/f.png',
    null,
    null,
    '/data/b/cam3/f.png',
    '/data/b/cam3/f.png',
    '/data/caf\u00e9.png',
    null,
  ]);
});

test('a file that names one image a hundred thousand times over finds it each time', async () => {
  const names = Array.from({ length: 200_000 }, () => file('cam1/f.png'));
  const matches = await matchImages(names, [here('/data/cam1/f.png')], nothingOnDisk);
  expect(new Set(matches.map(({ image }) => image?.paths[0]))).toEqual(new Set(['/data/cam1/f.png']));
});
