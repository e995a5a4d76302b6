import { open, stat } from 'node:fs/promises';
import { configure, Reader, Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js';
import { AppError, isAbort } from '../../common/errors.ts';
import { fileError } from '../app/file-errors.ts';
import { regularFile } from '../app/regular-file.ts';

/** The only user of the ZIP library. Its web workers do not exist in Node; what it is given here needs no packing anyway. */
configure({ useWebWorkers: false });

export interface ZipFile {
  readonly name: string;
  readonly data: Uint8Array;
}

const writing = {
  // PNG, which no packing makes smaller.
  level: 0,
  // Sizes and checksums stand before the data: some readers refuse stored files that bring them behind it.
  dataDescriptor: false,
  extendedTimestamp: false,
  // The earliest there is: an archive of the same pictures is the same file.
  lastModDate: new Date(1980, 0, 1),
};

/**
 * An archive of these files, made as it is read: one file is in memory at a time. Past 4 GB or 65,535 files it goes over to the
 * 64-bit form by itself. Whoever stops reading stops the source of the files too.
 */
export async function* zipOf(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  let fail: (reason: unknown) => void = () => undefined;
  const pipe = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      fail = (reason) => controller.error(reason);
    },
  });
  const filled = fill(pipe.writable, files).catch(fail);
  try {
    yield* pipe.readable;
  } finally {
    await filled;
  }
}

async function fill(writable: WritableStream<Uint8Array>, files: AsyncIterable<ZipFile>): Promise<void> {
  const zip = new ZipWriter(writable, writing);
  for await (const { name, data } of files) await zip.add(name, new Uint8ArrayReader(data));
  await zip.close();
}

/**
 * The files of an archive, one at a time, each with its checksum compared.
 *
 * @throws AppError 'bad-file' when it is no archive, is cut off, or a file in it is damaged; 'file-not-found', 'file-not-readable'
 */
export async function* filesOfZip(path: string): AsyncGenerator<ZipFile> {
  await regularFile(path);
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  try {
    const zip = new ZipReader(new FileReader(file, (await file.stat()).size), { checkSignature: true });
    for await (const entry of zip.getEntriesGenerator()) {
      if (entry.directory) continue;
      yield { name: entry.filename, data: await entry.getData(new Uint8ArrayWriter()) };
    }
  } catch (error) {
    if (error instanceof AppError || isAbort(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'bad-file',
      `${path} is no whole ZIP file: ${reason}.`,
      { path, reason },
      { cause: error },
    );
  } finally {
    await file.close();
  }
}

/** The largest file of an archive that is unpacked. Bytes. */
export const largestEntry = 256 * 1024 * 1024;

/**
 * The files of an archive by name, unpacked one at a time when they are asked for.
 *
 * @throws AppError 'bad-file' when it is no whole archive; from `read` also 'too-large'
 */
export async function readZip(source: string | Uint8Array): Promise<{
  readonly names: readonly string[];
  read(name: string): Promise<Uint8Array | null>;
  /** Unpacked, in bytes; null when there is no such file. */
  sizeOf(name: string): number | null;
}> {
  const shown = typeof source === 'string' ? source : 'The file';
  const reading = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError || isAbort(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new AppError(
        'bad-file',
        `${shown} is no whole ZIP file: ${reason}.`,
        { reason },
        { cause: error },
      );
    }
  };
  const listed = await reading(async () => {
    const reader =
      typeof source === 'string'
        ? new PathReader(source, (await stat(source)).size)
        : new Uint8ArrayReader(source);
    return new ZipReader(reader, { checkSignature: true }).getEntries();
  });
  const files = listed.flatMap((entry) =>
    entry.directory || /(?:^|\/)(?:\.|__MACOSX)/u.test(entry.filename) ? [] : [entry],
  );
  const byName = new Map(files.map((entry) => [entry.filename.replaceAll('\\', '/'), entry]));
  return {
    names: [...byName.keys()].sort(),
    sizeOf: (name) => byName.get(name)?.uncompressedSize ?? null,
    async read(name) {
      const entry = byName.get(name);
      if (!entry) return null;
      if (entry.uncompressedSize > largestEntry)
        throw new AppError('too-large', `${name} in ${shown} is larger than ${largestEntry >> 20} MB.`, {
          name,
        });
      return reading(() => entry.getData(new Uint8ArrayWriter()));
    },
  };
}

/** Opens the file for each piece: who unpacks one file of an archive after the other may stop at any of them. */
class PathReader extends Reader<null> {
  readonly #path: string;

  constructor(path: string, size: number) {
    super(null);
    this.#path = path;
    this.size = size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const file = await open(this.#path, 'r');
    try {
      return await pieceOf(file, { index, length, size: this.size });
    } finally {
      await file.close();
    }
  }
}

async function pieceOf(
  file: Awaited<ReturnType<typeof open>>,
  { index, length, size }: { readonly index: number; readonly length: number; readonly size: number },
): Promise<Uint8Array> {
  const wanted = Math.max(0, Math.min(length, size - index));
  const { buffer, bytesRead } = await file.read(new Uint8Array(wanted), 0, wanted, index);
  return buffer.subarray(0, bytesRead);
}

/** Reads where it is told to: the library seeks. */
class FileReader extends Reader<null> {
  readonly #file: Awaited<ReturnType<typeof open>>;

  constructor(file: Awaited<ReturnType<typeof open>>, size: number) {
    super(null);
    this.#file = file;
    this.size = size;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return pieceOf(this.#file, { index, length, size: this.size });
  }
}
