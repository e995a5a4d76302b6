import { open } from 'node:fs/promises';
import { configure, Reader, Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js';
import { AppError, isAbort } from '../../common/errors.ts';
import { fileError } from '../app/file-errors.ts';

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

/** Reads where it is told to: the library seeks. */
class FileReader extends Reader<null> {
  readonly #file: Awaited<ReturnType<typeof open>>;

  constructor(file: Awaited<ReturnType<typeof open>>, size: number) {
    super(null);
    this.#file = file;
    this.size = size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - index));
    const { buffer, bytesRead } = await this.#file.read(new Uint8Array(wanted), 0, wanted, index);
    return buffer.subarray(0, bytesRead);
  }
}
