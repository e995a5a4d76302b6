import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';

const loadSegment = 1;
const dynamicSegment = 2;
const [neededTag, stringTableTag] = [1, 5];
const programHeaderBytes = 56;
const longestName = 256;

/**
 * Names of the libraries that a Linux library (ELF, 64 bits, little-endian) asks the system for when it is loaded.
 *
 * @throws an Error when the file is no such library
 */
export function neededLibraries(file: string): string[] {
  const handle = openSync(file, 'r');
  const read = (at: number, bytes: number): DataView => {
    const buffer = new Uint8Array(bytes);
    readSync(handle, buffer, 0, bytes, at);
    return new DataView(buffer.buffer);
  };
  const number = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));
  try {
    const header = read(0, 64);
    if (header.getUint32(0) !== 0x7f454c46 || header.getUint8(4) !== 2)
      throw new Error(`${file} is no library.`);
    const [start, count] = [number(header, 32), header.getUint16(56, true)];
    const table = read(start, count * programHeaderBytes);
    const segments = Array.from({ length: count }, (_, index) => {
      const at = index * programHeaderBytes;
      const [offset, address, bytes] = [
        number(table, at + 8),
        number(table, at + 16),
        number(table, at + 32),
      ];
      return { type: table.getUint32(at, true), offset, address, bytes };
    });
    const dynamic = segments.find(({ type }) => type === dynamicSegment);
    if (!dynamic) return [];
    const entries = read(dynamic.offset, dynamic.bytes);
    const pairs = Array.from({ length: Math.floor(dynamic.bytes / 16) }, (_, index) => ({
      tag: number(entries, index * 16),
      value: number(entries, index * 16 + 8),
    }));
    const strings = pairs.find(({ tag }) => tag === stringTableTag)?.value ?? 0;
    const home = segments.find(
      ({ type, address, bytes }) => type === loadSegment && strings >= address && strings < address + bytes,
    );
    const offset = home ? strings - home.address + home.offset : strings;
    return pairs
      .filter(({ tag }) => tag === neededTag)
      .map(({ value }) => textAt(read(offset + value, longestName)));
  } finally {
    closeSync(handle);
  }
}

function textAt(view: DataView): string {
  const bytes = new Uint8Array(view.buffer);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Whether the system finds libraries by name: in folders that LD_LIBRARY_PATH names, and in its own list. */
export function librariesOfSystem(environment: NodeJS.ProcessEnv = process.env): (name: string) => boolean {
  const folders = (environment['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const list = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8', timeout: 5_000 });
  const known = list.status === 0 ? list.stdout : null;
  return (name) =>
    folders.some((folder) => existsSync(path.join(folder, name))) ||
    // Where there is no such list (NixOS, musl) the loader finds out for itself.
    known === null ||
    known.includes(`${name} `);
}

/** Folders of CUDA's libraries inside a Python environment, as NVIDIA's packages lay them out: `nvidia/<part>/lib`. */
export function pythonCudaFolders(environment: NodeJS.ProcessEnv = process.env, root = '/'): string[] {
  const homes = [
    environment['VIRTUAL_ENV'],
    environment['CONDA_PREFIX'],
    environment['HOME'] === undefined ? undefined : path.join(environment['HOME'], '.local'),
    path.join(root, 'usr/local'),
    path.join(root, 'usr'),
  ].filter((home) => home !== undefined);
  const packages = homes.flatMap((home) => [
    ...namesIn(path.join(home, 'lib'), /^python3/u).flatMap((python) =>
      ['site-packages', 'dist-packages'].map((kind) => path.join(home, 'lib', python, kind)),
    ),
  ]);
  const folders = packages.flatMap((place) =>
    namesIn(path.join(place, 'nvidia'), /./u).map((part) => path.join(place, 'nvidia', part, 'lib')),
  );
  return [...new Set(folders)].filter((folder) => namesIn(folder, /\.so/u).length > 0);
}

function namesIn(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    return [];
  }
}
