import { ModelError } from '../errors.ts';
import type { RangeFile } from './file-range.ts';

/** One stored (not compressed) member of a zip file. */
export type ZipEntry = {
  readonly name: string;
  readonly bytes: number;
  readonly localHeader: number;
  /** CRC-32 of its bytes; 0 when the writer was told not to compute one. */
  readonly crc: number;
};

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const end64LocatorSignature = 0x07064b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const zip64Extra = 1;
const largestDirectory = 32 * 2 ** 20;
const mostMembers = 200_000;

/** True when the file begins like a zip file. */
export async function isZip(file: RangeFile): Promise<boolean> {
  if (file.bytes < 4) return false;
  return view(await file.read(0, 4)).getUint32(0, true) === localSignature;
}

/**
 * @returns the members by name; zip64 is understood, compression is not (PyTorch stores its members plainly)
 * @throws ModelError 'checkpoint-corrupt' or 'checkpoint-unsupported'
 */
export async function readZipDirectory(file: RangeFile): Promise<Map<string, ZipEntry>> {
  const { count, start, bytes } = await findDirectory(file);
  if (bytes > largestDirectory || count > mostMembers)
    throw corrupt(file, `its directory claims ${count} members in ${bytes} bytes`);
  const directory = await file.read(start, bytes);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const { entry, next } = parseEntry(file, directory, at);
    if (entries.has(entry.name)) throw corrupt(file, `it holds "${entry.name}" twice`);
    entries.set(entry.name, entry);
    at = next;
  }
  return entries;
}

/** Position of a member's first byte: behind its local header, whose extra field may differ from the directory's. */
export async function locateZipData(file: RangeFile, entry: ZipEntry): Promise<number> {
  const header = view(await file.read(entry.localHeader, 30));
  if (header.getUint32(0, true) !== localSignature)
    throw corrupt(file, `the header of "${entry.name}" is not where the directory says`);
  const start = entry.localHeader + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + entry.bytes > file.bytes) throw corrupt(file, `"${entry.name}" reaches past its end`);
  return start;
}

async function findDirectory(file: RangeFile): Promise<{ count: number; start: number; bytes: number }> {
  const tailBytes = Math.min(file.bytes, 22 + 0xffff);
  const tail = view(await file.read(file.bytes - tailBytes, tailBytes));
  let at = tailBytes - 22;
  while (at >= 0 && tail.getUint32(at, true) !== endSignature) at--;
  if (at < 0) throw corrupt(file, 'its end is missing');
  const small = {
    count: tail.getUint16(at + 10, true),
    bytes: tail.getUint32(at + 12, true),
    start: tail.getUint32(at + 16, true),
  };
  const large = small.count === 0xffff || small.bytes === 0xffffffff || small.start === 0xffffffff;
  const locatorAt = at - 20;
  if (!large && !(locatorAt >= 0 && tail.getUint32(locatorAt, true) === end64LocatorSignature)) return small;
  if (locatorAt < 0 || tail.getUint32(locatorAt, true) !== end64LocatorSignature)
    throw corrupt(file, 'its 64-bit directory is missing');
  const end = view(await file.read(toNumber(file, tail.getBigUint64(locatorAt + 8, true)), 56));
  if (end.getUint32(0, true) !== end64Signature) throw corrupt(file, 'its 64-bit directory is damaged');
  return {
    count: toNumber(file, end.getBigUint64(32, true)),
    bytes: toNumber(file, end.getBigUint64(40, true)),
    start: toNumber(file, end.getBigUint64(48, true)),
  };
}

function parseEntry(file: RangeFile, directory: Uint8Array, at: number): { entry: ZipEntry; next: number } {
  const data = view(directory);
  if (at + 46 > directory.length || data.getUint32(at, true) !== centralSignature)
    throw corrupt(file, 'its directory is damaged');
  const nameBytes = data.getUint16(at + 28, true);
  const extraBytes = data.getUint16(at + 30, true);
  const extraAt = at + 46 + nameBytes;
  const next = extraAt + extraBytes + data.getUint16(at + 32, true);
  if (next > directory.length) throw corrupt(file, 'its directory is cut off');
  const name = new TextDecoder().decode(directory.subarray(at + 46, extraAt));
  if (data.getUint16(at + 10, true) !== 0) {
    throw new ModelError(
      'checkpoint-unsupported',
      `${file.path} is compressed ("${name}"); PyTorch checkpoints are not.`,
      { path: file.path, name },
    );
  }
  const wide = readZip64Extra(file, directory.subarray(extraAt, extraAt + extraBytes), [
    data.getUint32(at + 24, true),
    data.getUint32(at + 20, true),
    data.getUint32(at + 42, true),
  ]);
  return { entry: { name, bytes: wide[0], localHeader: wide[2], crc: data.getUint32(at + 16, true) }, next };
}

/** Replaces each of [size, stored size, header position] that is 0xffffffff by its 64-bit value, in that order. */
function readZip64Extra(
  file: RangeFile,
  extra: Uint8Array,
  fields: [number, number, number],
): [number, number, number] {
  if (!fields.includes(0xffffffff)) return fields;
  const data = view(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + data.getUint16(at + 2, true)) {
    if (data.getUint16(at, true) !== zip64Extra) continue;
    let next = at + 4;
    const widen = (field: number): number => {
      if (field !== 0xffffffff) return field;
      if (next + 8 > extra.length) throw corrupt(file, 'a 64-bit size is cut off');
      next += 8;
      return toNumber(file, data.getBigUint64(next - 8, true));
    };
    return [widen(fields[0]), widen(fields[1]), widen(fields[2])];
  }
  throw corrupt(file, 'a 64-bit size is missing');
}

function toNumber(file: RangeFile, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt(file, 'it claims an impossible size');
  return Number(value);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function corrupt(file: RangeFile, why: string): ModelError {
  return new ModelError('checkpoint-corrupt', `${file.path} is cut off or damaged: ${why}.`, {
    path: file.path,
    why,
  });
}
