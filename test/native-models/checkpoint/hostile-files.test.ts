import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { isModelError, ModelError } from '../../../native-models/errors.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { pickleStateDict, writeTorchFile } from '../../helpers/torch-file.ts';

const formats = fileURLToPath(new URL('../../fixtures/reference-a/formats', import.meta.url));

async function folderWith(name: string, bytes: Uint8Array): Promise<string> {
  const folder = join(await temporaryFolder(), 'checkpoint');
  await mkdir(folder);
  await writeFile(join(folder, name), bytes);
  return folder;
}

/** Opens and reads everything; the error if there is one. */
async function tryReading(folder: string): Promise<unknown> {
  try {
    const checkpoint = await openCheckpoint(folder);
    try {
      for (const name of checkpoint.tensors.keys()) await checkpoint.readFloat32(name);
    } finally {
      await checkpoint.dispose();
    }
    return null;
  } catch (error) {
    return error;
  }
}

/** A file of torch's older format with this pickle where the tensors belong. */
async function legacyFileWith(pickle: string): Promise<string> {
  const genuine = await readFile(join(formats, 'bin_legacy/pytorch_model.bin'));
  const head = genuine.subarray(0, 137); // magic number, protocol and system facts
  return folderWith('pytorch_model.bin', Buffer.concat([head, Buffer.from(pickle, 'latin1')]));
}

test.each([
  ['a call of a shell command', 'cos\nsystem\n(X\x04\x00\x00\x00exittR.'],
  ['a call of eval', 'c__builtin__\neval\n(X\x03\x00\x00\x001+1tR.'],
  ['a name given by two texts', '\x80\x04\x8c\x02os\x8c\x06system\x93)R.'],
])('a pickle with %s is refused and nothing is run', async (_, pickle) => {
  expect(await tryReading(await legacyFileWith(pickle))).toMatchObject({ code: 'checkpoint-unsafe' });
});

test.each([
  ['recalls what was never stored', 'h\x07.'],
  ['takes from an empty stack', 'R.'],
  ['builds a tuple without a mark', 't.'],
  ['holds a text longer than the file', 'X\xff\xff\xff\x7fabc.'],
  ['uses an instruction that lists of tensors do not need', 'i__main__\nThing\n.'],
  ['never stops', 'NNN'],
  ['fills a dictionary that is none', 'NNNs.'],
])('a pickle that %s is reported as damaged', async (_, pickle) => {
  expect(await tryReading(await legacyFileWith(pickle))).toMatchObject({ code: 'checkpoint-corrupt' });
});

test('a tensor larger than its stored data is refused', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'pytorch_model.bin');
  await writeTorchFile(path, [
    { name: 'weight', dtype: 'f32', shape: [4, 4], chunks: () => [new Uint8Array(64)] },
  ]);
  const honest = Buffer.from(pickleStateDict([{ name: 'weight', dtype: 'f32', shape: [4, 4] }]));
  const forged = Buffer.from(honest);
  // The first row count: J 4 0 0 0 behind the element count of the storage and the offset.
  const at = forged.indexOf(Buffer.from('(J\x04\x00\x00\x00J\x04\x00\x00\x00t', 'latin1'));
  forged.writeInt32LE(1_000_000, at + 2);
  const file = await readFile(path);
  const pickleAt = file.indexOf(honest);
  await writeFile(
    path,
    Buffer.concat([file.subarray(0, pickleAt), forged, file.subarray(pickleAt + honest.length)]),
  );
  expect(await tryReading(folder)).toMatchObject({
    code: 'checkpoint-corrupt',
    message: expect.stringContaining('weight'),
  });
});

test('a compressed zip is refused by name', async () => {
  const bytes = await readFile(join(formats, 'bin/pytorch_model.bin'));
  const directory = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
  bytes.writeUInt16LE(8, directory + 10); // method: deflate
  expect(await tryReading(await folderWith('pytorch_model.bin', bytes))).toMatchObject({
    code: 'checkpoint-unsupported',
  });
});

test.each(['bin/pytorch_model.bin', 'bin_legacy/pytorch_model.bin', 'safetensors/model.safetensors'])(
  '%s cut off anywhere is reported, never misread',
  async (file) => {
    const bytes = await readFile(join(formats, file));
    const name = file.split('/')[1] ?? '';
    const random = seededRandom(5);
    const lengths = [
      0,
      1,
      7,
      8,
      9,
      bytes.length - 1,
      ...Array.from({ length: 40 }, () => randomInteger(random, 0, bytes.length)),
    ];
    for (const length of lengths) {
      const error = await tryReading(await folderWith(name, bytes.subarray(0, length)));
      expect({ length, isReported: isModelError(error) }).toEqual({ length, isReported: true });
    }
  },
);

test.each(['bin/pytorch_model.bin', 'bin_legacy/pytorch_model.bin', 'safetensors/model.safetensors'])(
  '%s with damaged bytes is read or reported, never crashes or hangs',
  async (file) => {
    const bytes = await readFile(join(formats, file));
    const name = file.split('/')[1] ?? '';
    const random = seededRandom(11);
    for (let round = 0; round < 120; round++) {
      const damaged = Buffer.from(bytes);
      for (let hit = 0; hit < 3; hit++)
        damaged[randomInteger(random, 0, Math.min(bytes.length, 4000))] = randomInteger(random, 0, 256);
      const error = await tryReading(await folderWith(name, damaged));
      expect(error === null || error instanceof ModelError ? 'fine' : error).toBe('fine');
    }
  },
);

test.each([
  [
    'a header longer than the file',
    Buffer.concat([Buffer.from(new BigUint64Array([999_999n]).buffer), Buffer.from('{}')]),
    'checkpoint-corrupt',
  ],
  ['a header that is not JSON', safetensors('{"a":', 0), 'checkpoint-corrupt'],
  [
    'data beyond its end',
    safetensors('{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}', 8),
    'checkpoint-corrupt',
  ],
  [
    'fewer bytes than the shape needs',
    safetensors('{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}', 16),
    'checkpoint-corrupt',
  ],
  [
    'a number type nobody knows',
    safetensors('{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}', 4),
    'checkpoint-unknown-dtype',
  ],
])('a safetensors file with %s is refused', async (_, bytes, code) => {
  expect(await tryReading(await folderWith('model.safetensors', bytes))).toMatchObject({ code });
});

function safetensors(header: string, dataBytes: number): Buffer {
  const length = Buffer.from(new BigUint64Array([BigInt(header.length)]).buffer);
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]);
}

test('a storage type nobody knows is named', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'pytorch_model.bin');
  await writeTorchFile(path, [
    { name: 'weight', dtype: 'f32', shape: [1], chunks: () => [new Uint8Array(4)] },
  ]);
  const file = await readFile(path, 'latin1');
  await writeFile(path, file.replaceAll('FloatStorage', 'QInt8Storage'), 'latin1');
  expect(await tryReading(folder)).toMatchObject({
    code: 'checkpoint-unknown-dtype',
    message: expect.stringContaining('QInt8Storage'),
  });
});
