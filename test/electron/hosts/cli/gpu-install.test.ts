import { readdir, readFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { installLibraries } from '../../../../electron/hosts/cli/gpu-install.ts';
import { zipMembers } from '../../../../electron/hosts/cli/zip-members.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

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
