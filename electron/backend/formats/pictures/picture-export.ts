import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, parse } from 'node:path';
import { makeFolder } from '../../app/make-folder.ts';
import { AppError } from '../../../common/errors.ts';
import { fileError } from '../../app/file-errors.ts';
import { syncFolder } from '../../app/sync-to-disk.ts';
import type { WriteGuard } from '../../project/write-guard.ts';
import { decodeRgb, encodePng } from '../../images/image-decoder.ts';
import { inBlocks, writeFileWhole, writePieces } from '../atomic-file.ts';
import { checkEnding } from './picture-ending.ts';
import { filesOfZip, largestEntry, zipOf, type ZipFile } from '../zip-archive.ts';

/** A picture to write, before it is made into a PNG; or another small file beside the pictures. */
export type PlannedFile =
  | {
      readonly kind: 'picture';
      readonly name: string;
      readonly width: number;
      readonly height: number;
      readonly channels: 1 | 3;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'text'; readonly name: string; readonly text: string };

/**
 * Writes pictures where the path says: one PNG for `.png`, an archive for `.zip`, else into a folder. Each is there whole or
 * not at all; of a new folder, all files appear at the end together.
 *
 * @returns files written, and what each must be read back as
 * @throws AppError 'bad-input' when a single PNG cannot hold them, or the path names another kind of file
 */
export async function writePictures(
  path: string,
  planned: AsyncIterable<PlannedFile>,
  how: { readonly guard: WriteGuard; readonly signal: AbortSignal },
): Promise<{ readonly files: string[]; readonly expected: ReadonlyMap<string, string> }> {
  const expected = new Map<string, string>();
  const encoded = encode(planned, expected, how.signal);
  checkEnding(path);
  switch (extname(path).toLowerCase()) {
    case '.png':
      await writeFileWhole(path, onlyPicture(encoded), how);
      return { files: [path], expected };
    case '.zip':
      await writeFileWhole(path, zipOf(encoded), how);
      return { files: [path], expected };
    default:
      return { files: await writeFolder(path, encoded, how), expected };
  }
}

/** A file of a data set to write: text that is made as it is written may be of any size, in a folder. */
export interface FileToWrite {
  /** Path from the root, with "/". */
  readonly name: string;
  readonly data: Uint8Array | string | AsyncIterable<string>;
}

/**
 * Writes the files of a data set to an archive for `.zip`, one file alone where there is only one and the path has its ending, else into a
 * folder; whole or not at all, as `writePictures`.
 */
export async function writeFiles(
  path: string,
  files: AsyncIterable<FileToWrite>,
  how: {
    readonly guard: WriteGuard;
    readonly signal: AbortSignal;
    /** Files of the folder, by their names, that what is written takes the place of under other names. */
    readonly supersedes?: (folder: string, names: readonly string[]) => Promise<readonly string[]>;
    /** Told of each that went. */
    readonly onGone?: (name: string) => void;
  },
): Promise<{ readonly files: string[] }> {
  const ending = extname(path).toLowerCase();
  if (ending === '.zip') {
    await writeFileWhole(path, zipOf(held(files, how.signal)), how);
    return { files: [path] };
  }
  if (ending === '.json' || ending === '.xml') {
    await writeFileWhole(path, onlyFile(files, ending), how);
    return { files: [path] };
  }
  checkEnding(path);
  return { files: await writeFolder(path, files, how) };
}

/** Each file whole, as an archive takes it. */
async function* held(files: AsyncIterable<FileToWrite>, signal: AbortSignal): AsyncGenerator<ZipFile> {
  for await (const { name, data } of files) {
    signal.throwIfAborted();
    yield { name, data: data instanceof Uint8Array ? data : await heldText(name, data) };
  }
}

/** @throws AppError 'too-large' for what the import would not unpack again */
async function heldText(name: string, text: Exclude<FileToWrite['data'], Uint8Array>): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  let bytes = 0;
  for await (const block of piecesOf(text)) {
    bytes += block.length;
    if (bytes > largestEntry)
      throw new AppError(
        'too-large',
        `${name} is larger than ${largestEntry >> 20} MB, which would not be unpacked again. Write the data set to a folder.`,
        { name },
      );
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

async function* piecesOf(data: FileToWrite['data']): AsyncGenerator<Uint8Array> {
  if (data instanceof Uint8Array) yield data;
  else yield* inBlocks(typeof data === 'string' ? [data] : data);
}

async function* onlyFile(files: AsyncIterable<FileToWrite>, ending: string): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const { name, data } of files) {
    if (++count > 1 || extname(name) !== ending) {
      throw new AppError(
        'bad-input',
        'The data set is several files: name a folder or a .zip file to write, or leave the pictures where they are.',
      );
    }
    yield* piecesOf(data);
  }
}

async function* encode(
  planned: AsyncIterable<PlannedFile>,
  expected: Map<string, string>,
  signal: AbortSignal,
): AsyncGenerator<ZipFile> {
  for await (const file of planned) {
    signal.throwIfAborted();
    if (file.kind === 'text') {
      expected.set(file.name, hashOf(Buffer.from(file.text)));
      yield { name: file.name, data: Buffer.from(file.text) };
    } else {
      expected.set(file.name, hashOf(inThreeChannels(file)));
      yield { name: file.name, data: await encodePng(file) };
    }
  }
}

function inThreeChannels({
  channels,
  data,
}: {
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array(data.length * 3);
  data.forEach((value, at) => rgb.fill(value, 3 * at, 3 * at + 3));
  return rgb;
}

async function* onlyPicture(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  let pictures = 0;
  for await (const { name, data } of files) {
    if (extname(name) !== '.png') continue;
    if (++pictures > 1) {
      throw new AppError(
        'bad-input',
        'There are several pictures to write, and one PNG holds one. Choose a .zip file or a folder.',
      );
    }
    yield data;
  }
}

async function writeFolder(
  folder: string,
  files: AsyncIterable<FileToWrite>,
  { guard, signal, supersedes, onGone }: Parameters<typeof writeFiles>[2],
): Promise<string[]> {
  const unfinished = `${folder}.partial-${randomUUID().slice(0, 8)}`;
  const names: string[] = [];
  const over = await guard.begin(unfinished);
  try {
    await makeFolder(unfinished);
    for await (const { name, data } of files) {
      signal.throwIfAborted();
      await guard.place(join(folder, name)).catch(allowMissingFolder);
      await makeFolder(dirname(join(unfinished, name)));
      await writePieces(join(unfinished, name), piecesOf(data), signal);
      names.push(name);
    }
    await syncFolder(unfinished);
    const isNew = await stat(folder).then(
      () => false,
      () => true,
    );
    // A new folder appears with all that is in it, at once; into one that is there, file after file goes.
    if (isNew) await rename(unfinished, folder);
    else {
      const going = (await supersedes?.(folder, names)) ?? [];
      const places: { readonly name: string; readonly place: string }[] = [];
      // Asked of all before anything goes.
      for (const name of going) places.push({ name, place: await guard.place(join(folder, name)) });
      for (const name of names) {
        await makeFolder(dirname(join(folder, name)));
        await rename(join(unfinished, name), await guard.place(join(folder, name)));
      }
      for (const { name, place } of places) {
        await rm(place, { force: true });
        onGone?.(name);
      }
    }
    await syncFolder(isNew ? dirname(folder) : folder);
  } catch (error) {
    throw fileError(error, folder, 'write');
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await over();
  }
  const places = names.map((name) => join(folder, name));
  await guard.wrote(places);
  return places;
}

/** A new folder is made at the end; nothing in it can be replaced. */
function allowMissingFolder(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'file-not-found') throw error;
}

/** Reads what was written and names every file that is not as it was meant. */
export async function verifyPictures(
  path: string,
  files: readonly string[],
  expected: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<string[]> {
  const problems: string[] = [];
  const found = new Set<string>();
  const check = async (name: string, data: Uint8Array): Promise<void> => {
    signal.throwIfAborted();
    found.add(name);
    const content = extname(name) === '.png' ? (await decodeRgb(data, name)).data : data;
    if (hashOf(content) !== expected.get(name)) problems.push(name);
  };
  if (extname(path).toLowerCase() === '.zip') {
    for await (const { name, data } of filesOfZip(path)) await check(name, data);
  } else if (extname(path).toLowerCase() === '.png') {
    const [name = basename(path)] = [...expected.keys()].filter((known) => extname(known) === '.png');
    await check(name, await readFile(path));
    return problems;
  } else {
    for (const file of files) await check(basename(file), await readFile(file));
  }
  return [...problems, ...[...expected.keys()].filter((name) => !found.has(name))];
}

function hashOf(data: Uint8Array): string {
  return createHash('sha1').update(data).digest('base64');
}

/** Names for pictures that say which image and target they show; no two alike, none a file system refuses. */
export function createNames(): (imageName: string, suffix: string) => string {
  const taken = new Set<string>();
  return (imageName, suffix) => {
    const stem = safe(parse(imageName).name);
    for (let number = 1; ; number++) {
      const name = `${stem}${suffix}${number === 1 ? '' : `-${number}`}.png`;
      // Windows and macOS hold names that differ in capitals only for the same.
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  };
}

export function safe(text: string): string {
  const words = text
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}_.]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/gu, '');
  return [...words].slice(0, 60).join('') || 'image';
}
