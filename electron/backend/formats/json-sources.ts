import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, extname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Split } from '../../common/document/records.ts';
import { AppError, isAbort } from '../../common/errors.ts';
import { grouped } from '../../common/grouped.ts';
import { fileError } from '../app/file-errors.ts';
import { firstBytes, isZip, openTree, refuseLinkOut } from './dataset/file-tree.ts';
import { type FileImage, withoutEnding } from './match-images.ts';
import { decodedText, refusePointer, wideEncodingOf } from './decoded-text.ts';
import type { FormatSource, InspectJob } from './format.ts';

/** A JSON file of what was given, as the readers that take any size want it. */
export interface JsonSource {
  readonly source: FormatSource;
  /** Where it stands in what was given; '' where it is that. */
  readonly name: string;
  /** The part of a data set that its name speaks of. */
  readonly split: Split | null;
  /** The folder that it came from; null where nobody knows. */
  readonly folder: string | null;
}

/** What is unpacked or changed to UTF-8 is held whole. */
const largestHeld = 512 * 1024 * 1024;

/**
 * The JSON files that are meant by a file, a folder or an archive: the file as it stands, unpacked (.gz, .zip), or in UTF-8.
 *
 * @param isMeant by its name, of several in a folder or archive; where it holds of none, a single one is meant by itself
 * @throws AppError 'bad-file' where none can be meant or several, 'too-large', and as openTree
 */
export async function jsonSources(
  given: FormatSource,
  isMeant: (name: string) => boolean,
  signal: AbortSignal,
): Promise<readonly JsonSource[]> {
  const head = await headOf(given);
  if (head === 'folder' || isZip(head)) return sourcesIn(given, isMeant, signal);
  const folder = given.kind === 'path' ? dirname(given.path) : null;
  return [{ source: await plainJson(given, signal), name: '', split: null, folder }];
}

/** The same file unpacked (.gz) and in UTF-8, as it stands where it is that. @throws AppError 'bad-file', 'too-large', and as openTree */
export async function plainJson(given: FormatSource, signal: AbortSignal): Promise<FormatSource> {
  const head = await headOf(given);
  // Who reads a folder says so.
  if (head === 'folder') return given;
  refusePointer(head, given.kind === 'path' ? given.path : given.name);
  if (isGzip(head)) return inUtf8(await unpacked(given, signal));
  if (wideEncodingOf(head) === null) return given;
  if (given.kind === 'bytes') return inUtf8(given);
  const tree = await openTree(given, signal);
  const [name = ''] = tree.names;
  return inUtf8({ name, data: (await tree.read(name)) ?? new Uint8Array() });
}

/** The job for one of the files: images are looked for beside it, too. */
export function jobOf<Job extends InspectJob>(job: Job, { source, folder, name }: JsonSource): Job {
  const place = posix.dirname(name);
  const { onMissing } = job;
  return {
    ...job,
    source,
    lookIn: folder === null ? job.lookIn : [...job.lookIn, folder],
    ...(onMissing === undefined || place === '.'
      ? {}
      : { onMissing: (image: FileImage) => onMissing({ ...image, beside: place }) }),
  };
}

/** The job for the one file of a format that is one. @throws AppError 'bad-file' naming them where several can be meant */
export async function jobOfOnly<Job extends InspectJob>(
  job: Job,
  isMeant: (name: string) => boolean,
): Promise<Job> {
  const sources = await jsonSources(job.source, isMeant, job.signal);
  const [first, ...others] = sources;
  if (first === undefined || others.length > 0) throw severalFiles(sources.map(({ name }) => name));
  return jobOf(job, first);
}

async function sourcesIn(
  given: FormatSource,
  isMeant: (name: string) => boolean,
  signal: AbortSignal,
): Promise<JsonSource[]> {
  const tree = await openTree(given, signal);
  const names = tree.names.filter((name) => /\.json$/iu.test(name));
  if (names.length === 0)
    throw new AppError(
      'bad-file',
      `There is no JSON file in what was given: ${endingsOf(tree.names)}. It may be of another format.`,
    );
  const meant = names.length === 1 ? names : names.filter(isMeant);
  if (meant.length === 0) throw severalFiles(names);
  const { root } = tree;
  const sources: JsonSource[] = [];
  for (const name of meant) {
    const path = root === null ? null : join(root, ...name.split('/'));
    if (path !== null && root !== null) await refuseLinkOut(path, root);
    const found: FormatSource =
      path === null
        ? { kind: 'bytes', name, data: (await tree.read(name)) ?? new Uint8Array() }
        : { kind: 'path', path };
    const source = await plainJson(found, signal);
    sources.push({ source, name, split: splitOf(name), folder: path === null ? null : dirname(path) });
  }
  return sources;
}

/** "9 of .png, 2 of .txt" */
export function endingsOf(names: readonly string[]): string {
  const counts = [...grouped(names, (name) => extname(name).toLowerCase() || 'no ending')];
  const most = counts.toSorted(([, a], [, b]) => b.length - a.length).slice(0, 4);
  return names.length === 0
    ? 'it is empty'
    : most.map(([ending, { length }]) => `${length} of ${ending}`).join(', ');
}

function severalFiles(names: readonly string[]): AppError {
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ' and more' : '';
  return new AppError(
    'bad-file',
    `There are ${names.length} JSON files in what was given: ${shown}${more}. Import the one that is meant.`,
  );
}

/** "instances_train2017.json", "annotations/val.json", "valid/_annotations.coco.json" */
function splitOf(name: string): Split | null {
  const words = withoutEnding(name.toLowerCase()).split(/[/_.-]/u);
  const parts = words.map((word) => word.replace(/\d+$/u, ''));
  if (parts.includes('train')) return 'train';
  if (['val', 'valid', 'validation'].some((word) => parts.includes(word))) return 'val';
  return parts.includes('test') ? 'test' : null;
}

function inUtf8({ name, data }: { readonly name: string; readonly data: Uint8Array }): FormatSource {
  const isWide = wideEncodingOf(data) !== null;
  return { kind: 'bytes', name, data: isWide ? new TextEncoder().encode(decodedText(data)) : data };
}

/** Enough to tell what it is. */
const headBytes = 64;

async function headOf(given: FormatSource): Promise<Uint8Array | 'folder'> {
  if (given.kind === 'bytes') return given.data.subarray(0, headBytes);
  try {
    const found = await stat(given.path);
    if (found.isDirectory()) return 'folder';
    // Pipes and devices are refused by whoever reads them.
    if (!found.isFile()) return new Uint8Array();
    return await firstBytes(given.path, headBytes);
  } catch (error) {
    throw fileError(error, given.path, 'read');
  }
}

function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

async function unpacked(
  given: FormatSource,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly data: Uint8Array }> {
  const packed: Readable =
    given.kind === 'bytes' ? Readable.from([given.data]) : createReadStream(given.path, { signal });
  const name = given.kind === 'bytes' ? given.name : given.path;
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  const parts: Buffer[] = [];
  let length = 0;
  try {
    // In threads of the system's, part after part: others are answered meanwhile.
    for await (const part of packed.pipe(gunzip) as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      length += part.length;
      if (length > largestHeld)
        throw new AppError(
          'too-large',
          `Unpacked it is larger than ${largestHeld >> 20} MB. Unpack it first.`,
        );
      parts.push(part);
    }
    return { name, data: Buffer.concat(parts) };
  } catch (error) {
    if (error instanceof AppError || isAbort(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('bad-file', `The .gz file cannot be unpacked: ${reason}.`, {}, { cause: error });
  }
}
