import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { installLibraries } from '../../../../electron/hosts/cli/gpu-install.ts';
import { zipMembers } from '../../../../electron/hosts/cli/zip-members.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { aTestBackend } from '../../../helpers/test-backend.ts';

const inside = 'onnxruntime/capi/';
const cuda = 'libonnxruntime_providers_cuda.so';
const shared = 'libonnxruntime_providers_shared.so';

test('the provider’s libraries come out of a package whole, with the runtime beside them, and nothing else', async () => {
  const to = await temporaryFolder();
  const packed = aZip({
    [`${inside}${cuda}`]: 'cuda'.repeat(500),
    [`${inside}${shared}`]: 'shared',
    [`${inside}other.so`]: 'x',
    README: 'x',
  });
  await installLibraries(packed, { folderInside: inside, to });
  expect((await readdir(to)).toSorted()).toEqual(['libonnxruntime.so.1', cuda, shared]);
  expect(await readFile(`${to}/${cuda}`, 'utf8')).toBe('cuda'.repeat(500));
});

test('a package without them, or what is no package, is refused', async () => {
  const to = await temporaryFolder();
  const lacking = aZip({ [`${inside}${shared}`]: 'shared' });
  await expect(installLibraries(lacking, { folderInside: inside, to })).rejects.toMatchObject({
    code: 'bad-file',
  });
  expect(() => [...zipMembers(new Uint8Array(100))]).toThrow('It is no zip file.');
});

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('without a network', () => {
  const inNuget = 'runtimes/linux-x64/native/';
  const asked: string[] = [];
  afterEach(() => {
    asked.length = 0;
    vi.unstubAllGlobals();
  });

  async function install(words: readonly string[], files: Readonly<Record<string, Uint8Array>> = {}) {
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      return Promise.reject(new TypeError('fetch failed'));
    });
    const folder = await temporaryFolder();
    for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
    const told = await runPixellm(['gpu', 'install', ...words], { backend: aTestBackend(), folder });
    return { ...told, folder };
  }

  test.each(['cuda12', 'cuda13'])(
    '%s says where to get the package by hand, and leaves no folder behind',
    async (build) => {
      const { code, err, folder } = await install([build, '--to', 'libraries']);
      expect(code).toBe(1);
      expect(err).toMatch(/cannot be reached from here\. On a machine that reaches it: /u);
      expect(err).toContain(`pixellm gpu install ${build} --from FILE`);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  test('a package that was brought is installed, its hash said by hand where only the host knows it', async () => {
    const packed = aZip({ [`${inNuget}${cuda}`]: 'cuda', [`${inNuget}${shared}`]: 'shared' });
    const brought = ['cuda12', '--from', 'package', '--to', 'libraries'];
    const unknown = await install(brought, { package: packed });
    expect(unknown).toMatchObject({
      code: 1,
      err: expect.stringMatching(/cannot be checked: .*--hash HEX/u),
    });
    const hash = createHash('sha512').update(packed).digest('hex');
    const known = await install([...brought, '--hash', hash], { package: packed });
    expect(known.code).toBe(0);
    expect(asked).toHaveLength(1); // for the first try alone
    expect((await readdir(path.join(known.folder, 'libraries'))).toSorted()).toEqual([
      'libonnxruntime.so.1',
      cuda,
      shared,
    ]);
    const other = await install([...brought, '--hash', '0'.repeat(64)], { package: packed });
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('is not what was published') });
    const words = await install([...brought, '--hash', 'abc'], { package: packed });
    expect(words).toMatchObject({ code: 2, err: expect.stringContaining('--hash wants') });
  });

  test.each([
    [['--from', 'nosuch.whl'], /There is nothing at .*nosuch\.whl/u],
    [['--from', '.'], /is a folder, not a file/u],
    [['--from', 'empty'], /is not what was published/u],
    [['--to', 'empty'], /is a file; the libraries go into a folder/u],
    [['--to', 'empty/below'], /is a file; the libraries go into a folder/u],
    [['cuda12', '--from', 'empty', '--hash', createHash('sha256').digest('hex')], /cannot be unpacked/u],
    [['cuda14'], /builds for cuda12 and cuda13, none for cuda14/u],
  ])('a slip of the pen is told in words, before anything is fetched: %j', async (words, sentence) => {
    const { code, err } = await install(words, { empty: new Uint8Array() });
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(asked).toEqual([]);
  });
});

/** A zip file, its members deflated. */
function aZip(members: Readonly<Record<string, string>>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(members)) {
    const [content, title] = [Buffer.from(text), Buffer.from(name)];
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, title, packed]);
    const entry = Buffer.alloc(46);
    entry.write('PK\u0001\u0002', 'latin1');
    fields.copy(entry, 6);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, title);
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(Object.keys(members).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
