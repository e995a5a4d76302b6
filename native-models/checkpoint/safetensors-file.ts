import { z } from 'zod';
import { ModelError } from '../errors.ts';
import type { RangeFile } from './file-range.ts';
import {
  bytesPerElement,
  countElements,
  rowMajorStrides,
  type StoredDtype,
  type StoredTensor,
} from './stored-tensor.ts';

const dtypes: Readonly<Record<string, StoredDtype>> = {
  F64: 'f64',
  F32: 'f32',
  F16: 'f16',
  BF16: 'bf16',
  I64: 'i64',
  I32: 'i32',
  I16: 'i16',
  I8: 'i8',
  U8: 'u8',
  BOOL: 'bool',
};

const count = z.int().min(0);
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(count),
  data_offsets: z.tuple([count, count]),
});
const longestHeader = 24 * 2 ** 20;
const mostTensors = 100_000;

/**
 * Lists the tensors of a .safetensors file: 8 bytes of header length, a JSON header, then the data.
 *
 * @throws ModelError 'checkpoint-corrupt' or 'checkpoint-unknown-dtype'
 */
export async function listSafetensors(file: RangeFile): Promise<StoredTensor[]> {
  const prefix = await file.read(0, 8);
  const headerBytes = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (headerBytes > file.bytes - 8) throw corrupt(file, 'its header is longer than the file');
  if (headerBytes > longestHeader) throw corrupt(file, `its header claims ${headerBytes} bytes`);
  const header = parseHeader(file, await file.read(8, headerBytes));
  const dataStart = 8 + headerBytes;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  if (entries.length > mostTensors) throw corrupt(file, `it lists ${entries.length} tensors`);
  const tensors = entries.map(([name, value]) => placeTensor(file, dataStart, name, value));
  requireSeamless(file, dataStart, tensors);
  return tensors;
}

/** The format's own rule: the tensors fill the data from its beginning to the end of the file, none over another. */
function requireSeamless(file: RangeFile, dataStart: number, tensors: readonly StoredTensor[]): void {
  let end = dataStart;
  for (const tensor of tensors.toSorted((a, b) => a.start - b.start)) {
    if (tensor.start !== end && countElements(tensor.shape) > 0)
      throw corrupt(
        file,
        `tensor ${tensor.name} ${tensor.start < end ? 'lies over another one' : 'lies behind a gap'}`,
      );
    end = Math.max(end, tensor.start + countElements(tensor.shape) * bytesPerElement[tensor.dtype]);
  }
  if (end !== file.bytes) throw corrupt(file, `its header promises ${end} bytes, the file has ${file.bytes}`);
}

function placeTensor(file: RangeFile, dataStart: number, name: string, value: unknown): StoredTensor {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) throw corrupt(file, `tensor ${name} is described in an unknown way`);
  const { shape, data_offsets: offsets } = entry.data;
  const dtype = dtypes[entry.data.dtype];
  if (!dtype) {
    throw new ModelError(
      'checkpoint-unknown-dtype',
      `${file.path} stores ${name} as ${entry.data.dtype}, which is not known here.`,
      {
        path: file.path,
        tensor: name,
        type: entry.data.dtype,
      },
    );
  }
  const bytes = countElements(shape) * bytesPerElement[dtype];
  if (offsets[1] - offsets[0] !== bytes || dataStart + offsets[1] > file.bytes)
    throw corrupt(file, `the data of tensor ${name} is missing or too short`);
  return {
    name,
    dtype,
    shape,
    strides: rowMajorStrides(shape),
    file: file.path,
    start: dataStart + offsets[0],
    checked: null,
  };
}

function parseHeader(file: RangeFile, bytes: Uint8Array): object {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header;
  } catch (cause) {
    throw new ModelError(
      'checkpoint-corrupt',
      `${file.path} is cut off or damaged: its header is not JSON.`,
      { path: file.path },
      cause,
    );
  }
  throw corrupt(file, 'its header is not an object');
}

function corrupt(file: RangeFile, why: string): ModelError {
  return new ModelError('checkpoint-corrupt', `${file.path} is cut off or damaged: ${why}.`, {
    path: file.path,
    why,
  });
}
