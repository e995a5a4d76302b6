import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  bytesPerElement,
  countElements,
  rowMajorStrides,
  type StoredDtype,
} from '../../native-models/checkpoint/stored-tensor.ts';

/** A tensor to be written, its bytes made only when their turn comes. */
export type TensorToWrite = {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly chunks: () => Iterable<Uint8Array>;
};

const storageNames: Readonly<Record<StoredDtype, string>> = {
  f64: 'DoubleStorage',
  f32: 'FloatStorage',
  f16: 'HalfStorage',
  bf16: 'BFloat16Storage',
  i64: 'LongStorage',
  i32: 'IntStorage',
  i16: 'ShortStorage',
  i8: 'CharStorage',
  u8: 'ByteStorage',
  bool: 'BoolStorage',
};

/** Writes what torch.save writes for a state dict: a zip (zip64 beyond 4 GiB) of a pickle and one member per tensor. Any size streams. */
export async function writeTorchFile(path: string, tensors: readonly TensorToWrite[]): Promise<void> {
  const handle = await open(path, 'w');
  try {
    const zip = new ZipWriter(handle);
    await zip.add('archive/data.pkl', [pickleStateDict(tensors)]);
    for (const [index, tensor] of tensors.entries()) await zip.add(`archive/data/${index}`, tensor.chunks());
    await zip.add('archive/version', [new TextEncoder().encode('3\n')]);
    await zip.finish();
  } finally {
    await handle.close();
  }
}

/** The pickle of OrderedDict of tensors, protocol 2; opcode letters are pickle's own. */
export function pickleStateDict(
  tensors: readonly Pick<TensorToWrite, 'name' | 'dtype' | 'shape'>[],
): Uint8Array {
  const orderedDict = 'ccollections\nOrderedDict\n)R';
  const parts: (string | Uint8Array)[] = ['\x80\x02', orderedDict, '('];
  for (const [index, { name, dtype, shape }] of tensors.entries()) {
    const storage = [
      '(',
      text('storage'),
      `ctorch\n${storageNames[dtype]}\n`,
      text(String(index)),
      text('cpu'),
      integer(countElements(shape)),
      't',
      'Q',
    ];
    parts.push(text(name), 'ctorch._utils\n_rebuild_tensor_v2\n', '(', ...storage, integer(0));
    parts.push(
      '(',
      ...shape.map(integer),
      't',
      '(',
      ...rowMajorStrides(shape).map(integer),
      't',
      '\x89',
      orderedDict,
      't',
      'R',
    );
  }
  return joinBytes([...parts, 'u', '.']);
}

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  const length = new Uint8Array(new Uint32Array([bytes.length]).buffer);
  return joinBytes(['X', length, bytes]);
}

/** BININT for small numbers, LONG1 for those beyond 31 bits. */
function integer(value: number): Uint8Array {
  if (value < 2 ** 31) return joinBytes(['J', new Uint8Array(new Int32Array([value]).buffer)]);
  return joinBytes(['\x8a\x08', new Uint8Array(new BigInt64Array([BigInt(value)]).buffer)]);
}

function joinBytes(parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}

type Member = { readonly name: string; readonly at: number; readonly bytes: number; readonly crc: number };

class ZipWriter {
  readonly #handle: FileHandle;
  readonly #members: Member[] = [];
  #at = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Size and checksum are known only at the end of a streamed member, so its header is written last. */
  async add(name: string, chunks: Iterable<Uint8Array>): Promise<void> {
    const at = this.#at;
    this.#at += localHeader({ name, at, bytes: 0, crc: 0 }).length;
    let [bytes, crc] = [0, 0];
    for (const chunk of chunks) {
      await this.#handle.write(chunk, 0, chunk.length, this.#at);
      this.#at += chunk.length;
      bytes += chunk.length;
      crc = crc32(chunk, crc);
    }
    const member = { name, at, bytes, crc };
    await this.#handle.write(localHeader(member), 0, undefined, at);
    this.#members.push(member);
  }

  async finish(): Promise<void> {
    const directory = Buffer.concat(this.#members.map(directoryEntry));
    const end = endOfDirectory({ count: this.#members.length, at: this.#at, bytes: directory.length });
    await this.#handle.write(Buffer.concat([directory, end]), 0, undefined, this.#at);
  }
}

const wide = 0xffffffff;

/** The 64-bit extra field is always there, so that the header's length does not depend on the size. */
function localHeader({ name, bytes, crc }: Member): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(45, 4);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(wide, 18);
  header.writeUInt32LE(wide, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(20, 28);
  return Buffer.concat([header, Buffer.from(name, 'latin1'), wideExtra([bytes, bytes])]);
}

function directoryEntry({ name, at, bytes, crc }: Member): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(45, 4);
  entry.writeUInt16LE(45, 6);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(wide, 20);
  entry.writeUInt32LE(wide, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(28, 30);
  entry.writeUInt32LE(wide, 42);
  return Buffer.concat([entry, Buffer.from(name, 'latin1'), wideExtra([bytes, bytes, at])]);
}

function wideExtra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

function endOfDirectory({ count, at, bytes }: { count: number; at: number; bytes: number }): Buffer {
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(bytes), 40);
  end.writeBigUInt64LE(BigInt(at), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(at + bytes), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.writeUInt16LE(0xffff, 84);
  end.writeUInt16LE(0xffff, 86);
  end.writeUInt32LE(wide, 88);
  end.writeUInt32LE(wide, 92);
  return end;
}

/** Bytes a tensor takes in a file. */
export function tensorBytes({ dtype, shape }: Pick<TensorToWrite, 'dtype' | 'shape'>): number {
  return countElements(shape) * bytesPerElement[dtype];
}
