import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { toFloat32 } from '../../../native-models/checkpoint/numbers.ts';

const formats = fileURLToPath(new URL('../../fixtures/reference-a/formats', import.meta.url));

type Expected = {
  readonly tensors: Readonly<
    Record<string, { readonly file: string; readonly dtype: string; readonly shape: readonly number[] }>
  >;
};
const expected = JSON.parse(readFileSync(join(formats, 'manifest.json'), 'utf8')) as Expected;

const dtypeNames: Readonly<Record<string, string>> = {
  bfloat16: 'bf16',
  float16: 'f16',
  float32: 'f32',
  float64: 'f64',
  int64: 'i64',
  int32: 'i32',
  uint8: 'u8',
  bool: 'bool',
};

/** The numbers of a NumPy file as the bytes they are. */
function npyBytes(file: string): Uint8Array {
  const bytes = readFileSync(join(formats, file));
  return new Uint8Array(bytes.subarray(10 + bytes.readUInt16LE(8)));
}

describe.each(['bin', 'bin_legacy', 'bin_sharded', 'safetensors', 'safetensors_sharded'])(
  'a checkpoint stored as %s',
  (format) => {
    test('gives every tensor with its type, its shape and each of its bits', async () => {
      const checkpoint = await openCheckpoint(join(formats, format));
      const found = [...checkpoint.tensors.values()].map(({ name, dtype, shape }) => ({
        name,
        dtype,
        shape: [...shape],
      }));
      const wanted = Object.entries(expected.tensors).map(([name, { dtype, shape }]) => ({
        name,
        dtype: dtypeNames[dtype],
        shape: [...shape],
      }));
      const byName = (left: { name: string }, right: { name: string }): number =>
        left.name.localeCompare(right.name);
      expect(found.toSorted(byName)).toEqual(wanted.toSorted(byName));

      for (const [name, { file, dtype }] of Object.entries(expected.tensors)) {
        const stored = await checkpoint.readStored(name);
        // NumPy has no bfloat16, so those are written as the 32-bit floats they stand for.
        const bytes = dtype === 'bfloat16' ? new Uint8Array(toFloat32(stored, 'bf16').buffer) : stored;
        expect({ name, bytes: Buffer.from(bytes).toString('hex') }).toEqual({
          name,
          bytes: Buffer.from(npyBytes(file)).toString('hex'),
        });
      }
      await checkpoint.dispose();
    });

    test('gives some rows as the same rows of the whole', async () => {
      const checkpoint = await openCheckpoint(join(formats, format));
      for (const name of ['f32.plain', 'f32.transposed', 'bf16.matrix', 'i64.ids']) {
        const whole = await checkpoint.readFloat32(name);
        const width = whole.length / (checkpoint.tensor(name).shape[0] ?? 1);
        expect([...(await checkpoint.readFloat32(name, { from: 1, to: 3 }))]).toEqual([
          ...whole.subarray(width, 3 * width),
        ]);
      }
      await checkpoint.dispose();
    });
  },
);
