import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { abbreviateList, assert, ModelError } from '../errors.ts';
import { RangeFile } from './file-range.ts';
import { readSmallFile } from '../regular-file.ts';
import { toFloat32 } from './numbers.ts';
import { withPlainNames } from './plain-names.ts';
import { listSafetensors } from './safetensors-file.ts';
import {
  bytesPerElement,
  countElements,
  isRowMajor,
  spanOf,
  type CheckedBytes,
  type StoredTensor,
} from './stored-tensor.ts';
import { listTorchTensors } from './torch-file.ts';

/** A shard's file name stays inside the folder: no separators, no drive letters, no "..". */
const shardName = z
  .string()
  .regex(/^[^/\\:]+$/)
  .refine((name) => name !== '..' && name !== '.');
/** A list of some thousand names. */
const largestIndex = 16 * 2 ** 20;
/** Files of one checkpoint; the largest published ones have some hundreds. Each is asked for on the disk. */
const mostShards = 10_000;
const crcChunk = 4 * 2 ** 20;
const indexSchema = z.object({ weight_map: z.record(z.string(), shardName) });

/** Rows of the first dimension, end excluded. */
export type RowRange = { readonly from: number; readonly to: number };

/** The tensors of a checkpoint folder, read lazily by file range. Close it with dispose(). */
export class Checkpoint {
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What a wrapper had put before every name, and is left out of `tensors`: 'module.'; '' for nothing. */
  readonly prefix: string;
  readonly #files: ReadonlyMap<string, RangeFile>;
  /** Stretches whose checksum was found right, by file and position. */
  readonly #sound = new Map<string, Promise<void>>();

  constructor(
    folder: string,
    tensors: ReadonlyMap<string, StoredTensor>,
    files: ReadonlyMap<string, RangeFile>,
  ) {
    this.folder = folder;
    const plain = withPlainNames(tensors);
    this.tensors = plain.tensors;
    this.prefix = plain.prefix;
    this.#files = files;
  }

  /** Its files, in the order they were listed. */
  get files(): readonly { readonly path: string; readonly bytes: number }[] {
    return [...this.#files.values()];
  }

  /** @throws ModelError 'checkpoint-missing-tensor' */
  tensor(name: string): StoredTensor {
    const tensor = this.tensors.get(name);
    if (!tensor)
      throw new ModelError('checkpoint-missing-tensor', `The checkpoint has no tensor named ${name}.`, {
        folder: this.folder,
        name,
      });
    return tensor;
  }

  /**
   * @param rows  only these rows; a whole tensor without it. Views that are not row-major are always read whole.
   * @returns the stored bytes of the elements in row-major order
   * @throws ModelError 'checkpoint-corrupt' also when they are not those that were written, where the file has a checksum of them
   */
  async readStored(name: string, rows: RowRange | null = null): Promise<Uint8Array> {
    const tensor = this.tensor(name);
    const file = this.#files.get(tensor.file);
    assert(file, `${tensor.file} is open while its checkpoint is`);
    await this.#requireSound(file, tensor);
    const size = bytesPerElement[tensor.dtype];
    const rowElements = countElements(tensor.shape.slice(1));
    const first = (rows?.from ?? 0) * rowElements;
    const end = rows ? rows.to * rowElements : countElements(tensor.shape);
    if (isRowMajor(tensor)) return file.read(tensor.start + first * size, (end - first) * size);
    const all = gather(await file.read(tensor.start, spanOf(tensor) * size), tensor);
    return all.subarray(first * size, end * size);
  }

  /** The elements as 32-bit floats, row-major. */
  async readFloat32(name: string, rows: RowRange | null = null): Promise<Float32Array> {
    return toFloat32(await this.readStored(name, rows), this.tensor(name).dtype);
  }

  /** Once per stretch, in small pieces: it may be half a gigabyte, of which one row is asked for. */
  #requireSound(file: RangeFile, { checked, name }: StoredTensor): Promise<void> {
    if (checked === null) return Promise.resolve();
    const key = `${checked.start} ${file.path}`;
    const known = this.#sound.get(key) ?? requireChecksum(file, checked, name);
    this.#sound.set(key, known);
    return known;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.dispose()));
  }
}

async function requireChecksum(
  file: RangeFile,
  { start, bytes, crc }: CheckedBytes,
  name: string,
): Promise<void> {
  let found = 0;
  for (let done = 0; done < bytes; done += crcChunk)
    found = crc32(await file.read(start + done, Math.min(crcChunk, bytes - done)), found);
  if (found === crc) return;
  throw new ModelError(
    'checkpoint-corrupt',
    `${file.path} is damaged: the numbers of ${name} are not those that were written (their CRC-32 differs). Download it again.`,
    { path: file.path, tensor: name, expected: crc, found },
  );
}

/**
 * Opens a folder as transformers would: safetensors before .bin, a single file before an index with shards.
 *
 * @throws ModelError for anything missing, damaged or unsafe
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const layout = await findLayout(folder);
  const files = new Map<string, RangeFile>();
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const shard of layout.shards) {
      const file = await RangeFile.open(join(folder, shard));
      files.set(file.path, file);
      for (const tensor of await listTensors(file)) addTensor(tensors, tensor, layout, shard);
    }
    checkIndex(layout, tensors);
    return new Checkpoint(folder, tensors, files);
  } catch (error) {
    await Promise.all([...files.values()].map((file) => file.dispose()));
    throw error;
  }
}

const weightFile = /^(?:model\.safetensors|pytorch_model\.bin)(?:\.index\.json)?$/u;
/** Looked through for a better word, no further. */
const mostFolders = 100;

type Layout = {
  readonly folder: string;
  readonly shards: readonly string[];
  readonly weightMap: ReadonlyMap<string, string> | null;
};

async function findLayout(folder: string): Promise<Layout> {
  for (const single of ['model.safetensors', 'pytorch_model.bin']) {
    const index = `${single}.index.json`;
    // An index beside a single file is left over from another export: transformers takes the single file, too.
    if (existsSync(join(folder, single))) return { folder, shards: [single], weightMap: null };
    if (existsSync(join(folder, index))) return readIndex(folder, index);
  }
  throw new ModelError(
    'checkpoint-not-found',
    `${folder} holds no checkpoint: neither model.safetensors nor pytorch_model.bin, nor an index of shards (*.index.json).${await wordAboutFoldersIn(folder)}`,
    { folder },
  );
}

/** A word about the folder below that was meant: training writes each state, and its adapters, into one of its own. */
async function wordAboutFoldersIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const { name } of entries.filter((entry) => entry.isDirectory()).slice(0, mostFolders)) {
    const files = await readdir(join(folder, name)).catch(() => []);
    if (files.some((file) => weightFile.test(file))) return ` Its folder ${name} holds one: choose that.`;
    if (files.some((file) => file.startsWith('adapter_model.')))
      return ` Its folder ${name} holds adapters alone: merge them into the model they were trained on, and convert what comes out.`;
  }
  return '';
}

async function readIndex(folder: string, index: string): Promise<Layout> {
  const path = join(folder, index);
  const bytes = await readSmallFile(path, { mostBytes: largestIndex, code: 'checkpoint-wrong-index' });
  let weightMap: Record<string, string>;
  try {
    weightMap = indexSchema.parse(JSON.parse(new TextDecoder().decode(bytes))).weight_map;
  } catch (cause) {
    throw new ModelError(
      'checkpoint-wrong-index',
      `The shard list ${index} is not readable.`,
      { path },
      cause,
    );
  }
  const shards = [...new Set(Object.values(weightMap))].toSorted();
  if (shards.length > mostShards) {
    throw new ModelError(
      'checkpoint-wrong-index',
      `The shard list ${index} names ${shards.length} files; a checkpoint has ${mostShards} at most.`,
      { path },
    );
  }
  const missing = shards.filter((shard) => !existsSync(join(folder, shard)));
  if (missing.length > 0) {
    throw new ModelError(
      'checkpoint-missing-shard',
      `The shard list names ${missing.length} of ${shards.length} files that are not in the folder: ${abbreviateList(missing)}.`,
      { folder, missing },
    );
  }
  return { folder, shards, weightMap: new Map(Object.entries(weightMap)) };
}

function listTensors(file: RangeFile): Promise<StoredTensor[]> {
  return file.path.endsWith('.safetensors') ? listSafetensors(file) : listTorchTensors(file);
}

function addTensor(
  tensors: Map<string, StoredTensor>,
  tensor: StoredTensor,
  layout: Layout,
  shard: string,
): void {
  const home = layout.weightMap?.get(tensor.name);
  if (home !== undefined && home !== shard) return;
  if (tensors.has(tensor.name)) {
    throw new ModelError(
      'checkpoint-wrong-index',
      `Tensor ${tensor.name} is in more than one shard and the shard list does not say which counts.`,
      {
        tensor: tensor.name,
      },
    );
  }
  tensors.set(tensor.name, tensor);
}

function checkIndex(layout: Layout, tensors: ReadonlyMap<string, StoredTensor>): void {
  const absent = [...(layout.weightMap ?? [])]
    .filter(([name]) => !tensors.has(name))
    .map(([name, shard]) => `${name} (${shard})`);
  if (absent.length === 0) return;
  throw new ModelError(
    'checkpoint-wrong-index',
    `The shard list names ${absent.length} tensors that are not in their shards: ${abbreviateList(absent, 4)}.`,
    { folder: layout.folder, absent },
  );
}

/** Copies the elements of a view (transposed, sliced, expanded) into row-major order. */
function gather(span: Uint8Array, tensor: StoredTensor): Uint8Array {
  const size = bytesPerElement[tensor.dtype];
  const count = countElements(tensor.shape);
  const result = new Uint8Array(count * size);
  const index = new Array<number>(tensor.shape.length).fill(0);
  for (let element = 0; element < count; element++) {
    const source = index.reduce((sum, position, axis) => sum + position * (tensor.strides[axis] ?? 0), 0);
    result.set(span.subarray(source * size, (source + 1) * size), element * size);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (tensor.shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return result;
}
