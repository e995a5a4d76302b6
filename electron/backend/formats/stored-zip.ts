import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { AppError } from '../../common/errors.ts';

/**
 * A ZIP archive whose files are stored as they are: for PNG, which no packing makes smaller. Without the 64-bit extension, so up to 4 GB and
 * 65,535 files. Source: PKWARE APPNOTE 6.3.
 */
export interface ZipFile {
  readonly name: string;
  readonly data: Uint8Array;
}

const localMark = 0x04034b50;
const centralMark = 0x02014b50;
const endMark = 0x06054b50;
const version = 20;
const utf8Names = 0x0800;
/** 1 January 1980, the earliest there is: an archive of the same pictures is the same file. */
const date = 0x0021;
const localBytes = 30;
const centralBytes = 46;
const endBytes = 22;
const largest = 0xffffffff;
const mostFiles = 0xffff;

/** @throws AppError 'too-large' */
export async function* zipOf(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  const central: Uint8Array[] = [];
  let offset = 0;
  for await (const { name, data } of files) {
    const nameBytes = Buffer.from(name, 'utf8');
    const facts = { crc: crc32(data), size: data.length, nameLength: nameBytes.length };
    checkRoom(offset + localBytes + nameBytes.length + data.length, central.length + 1);
    yield Buffer.concat([localHeader(facts), nameBytes]);
    yield data;
    central.push(Buffer.concat([centralHeader(facts, offset), nameBytes]));
    offset += localBytes + nameBytes.length + data.length;
  }
  const directory = Buffer.concat(central);
  checkRoom(offset + directory.length, central.length);
  yield directory;
  yield endRecord({ files: central.length, size: directory.length, offset });
}

function checkRoom(bytes: number, files: number): void {
  if (bytes <= largest && files <= mostFiles) return;
  throw new AppError(
    'too-large',
    'The pictures do not fit into one ZIP file of 4 GB. Export fewer images at a time, or to a folder.',
    {
      bytes,
      files,
    },
  );
}

interface Facts {
  readonly crc: number;
  readonly size: number;
  readonly nameLength: number;
}

function localHeader({ crc, size, nameLength }: Facts): Uint8Array {
  const header = Buffer.alloc(localBytes);
  header.writeUInt32LE(localMark, 0);
  header.writeUInt16LE(version, 4);
  header.writeUInt16LE(utf8Names, 6);
  header.writeUInt16LE(date, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(nameLength, 26);
  return header;
}

function centralHeader({ crc, size, nameLength }: Facts, offset: number): Uint8Array {
  const header = Buffer.alloc(centralBytes);
  header.writeUInt32LE(centralMark, 0);
  header.writeUInt16LE(version, 4);
  header.writeUInt16LE(version, 6);
  header.writeUInt16LE(utf8Names, 8);
  header.writeUInt16LE(date, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(size, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(nameLength, 28);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endRecord(parts: {
  readonly files: number;
  readonly size: number;
  readonly offset: number;
}): Uint8Array {
  const record = Buffer.alloc(endBytes);
  record.writeUInt32LE(endMark, 0);
  record.writeUInt16LE(parts.files, 8);
  record.writeUInt16LE(parts.files, 10);
  record.writeUInt32LE(parts.size, 12);
  record.writeUInt32LE(parts.offset, 16);
  return record;
}

/**
 * The files of an archive that `zipOf` wrote, one at a time.
 *
 * @throws AppError 'bad-file' when it is not such an archive, or a file's checksum is wrong
 */
export async function* filesOfZip(path: string): AsyncGenerator<ZipFile> {
  const file = await open(path, 'r');
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    if (bytesRead !== length) throw new AppError('bad-file', `${path} ends too early.`, { path });
    return buffer;
  };
  try {
    const { size } = await file.stat();
    const end = await read(Math.max(0, size - endBytes), Math.min(endBytes, size));
    if (size < endBytes || end.readUInt32LE(0) !== endMark)
      throw new AppError('bad-file', `${path} is no ZIP file of ours.`, { path });
    const directory = await read(end.readUInt32LE(16), end.readUInt32LE(12));
    for (let at = 0; at < directory.length; ) {
      const [crc, length, nameLength] = [
        directory.readUInt32LE(at + 16),
        directory.readUInt32LE(at + 24),
        directory.readUInt16LE(at + 28),
      ];
      const name = directory.toString('utf8', at + centralBytes, at + centralBytes + nameLength);
      const data = await read(directory.readUInt32LE(at + 42) + localBytes + nameLength, length);
      if (crc32(data) !== crc)
        throw new AppError('bad-file', `${name} in ${path} is damaged.`, { path, name });
      yield { name, data };
      at += centralBytes + nameLength;
    }
  } finally {
    await file.close();
  }
}
