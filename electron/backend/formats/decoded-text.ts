import { AppError } from '../../common/errors.ts';

/** Text as programs write it: UTF-8, UTF-16 as Windows' tools save it (known by its mark, or by every other byte being none), else Windows' western alphabet. */
export function decodedText(data: Uint8Array): string {
  const wide = wideEncodingOf(data);
  if (wide !== null) return new TextDecoder(wide).decode(data);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return new TextDecoder('windows-1252').decode(data);
  }
}

/** Lines as Windows, Unix and old Macs end them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|[\r\n]/u);
}

/**
 * A data set that was fetched without Git LFS holds small texts in the place of its files.
 *
 * @throws AppError 'bad-file' for such a text
 */
export function refusePointer(head: Uint8Array, name: string): void {
  if (!Buffer.from(head.subarray(0, pointer.length)).equals(pointer)) return;
  throw new AppError(
    'bad-file',
    `${name} is not the file itself but a pointer of Git LFS to it. Fetch the files with "git lfs pull".`,
    { name },
  );
}

const pointer = Buffer.from('version https://git-lfs.github.com/spec/');

/** Null for text of bytes. */
export function wideEncodingOf([first, second, third, fourth]: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: what these formats begin with ("{", "[", "<", a digit, a letter) has a byte of nothing beside it.
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return 'utf-16le';
  if (first === 0 && second !== 0 && third === 0 && fourth !== 0) return 'utf-16be';
  return null;
}
