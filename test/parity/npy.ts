import { readFileSync } from 'node:fs';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
}

const readers: Readonly<Record<string, (bytes: ArrayBuffer) => NpyArray['values']>> = {
  '<f4': (bytes) => new Float32Array(bytes),
  '<f8': (bytes) => new Float64Array(bytes),
  '<i4': (bytes) => new Int32Array(bytes),
  '<i8': (bytes) => new BigInt64Array(bytes),
  '|u1': (bytes) => new Uint8Array(bytes),
  '|b1': (bytes) => new Uint8Array(bytes),
};

/**
 * Reads a NumPy file: little-endian, row-major.
 *
 * @throws Error on any other layout, naming the file
 * Source: numpy.lib.format, versions 1 to 3
 */
export function readNpy(path: string): NpyArray {
  const file = readFileSync(path);
  if (file.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error(`${path} is not a NumPy file.`);
  const isLong = (file[6] ?? 1) > 1;
  const headerStart = isLong ? 12 : 10;
  const headerLength = isLong ? file.readUInt32LE(8) : file.readUInt16LE(8);
  const header = file.toString('latin1', headerStart, headerStart + headerLength);
  const dtype = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? '';
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const read = readers[dtype];
  if (read === undefined || /'fortran_order':\s*True/.test(header))
    throw new Error(`${path}: layout ${header.trim()} is not supported.`);
  const start = file.byteOffset + headerStart + headerLength;
  const values = read(file.buffer.slice(start, file.byteOffset + file.byteLength) as ArrayBuffer);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (values.length !== expected)
    throw new Error(`${path} holds ${values.length} numbers, its header promises ${expected}.`);
  return { shape, values };
}

/** The values as numbers, whatever they are stored as. */
export function toNumbers(array: NpyArray): number[] {
  return Array.from(array.values as Iterable<number | bigint>, Number);
}
