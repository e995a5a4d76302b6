import { open } from 'node:fs/promises';
import { AppError } from '../../common/errors.ts';
import { fileError } from '../app/file-errors.ts';
import { kindBytes } from './picture-kind.ts';

/** As many of a picture's bytes as say what it is. @throws AppError 'file-not-found' */
export function firstBytes(source: string | Uint8Array, name: string): Promise<Uint8Array> {
  return headOf(source, name, kindBytes);
}

/** Its first bytes, fewer where it is shorter. @throws AppError 'file-not-found', and of file-errors.ts */
export async function headOf(source: string | Uint8Array, name: string, bytes: number): Promise<Uint8Array> {
  if (typeof source !== 'string') return source.subarray(0, bytes);
  const file = await open(source, 'r').catch((error: unknown) => {
    throw isMissing(error) ? missing(name, error) : fileError(error, source, 'read');
  });
  try {
    const wanted = bytes <= kindBytes ? bytes : Math.min(bytes, (await file.stat()).size);
    const { buffer, bytesRead } = await file.read(new Uint8Array(wanted), 0, wanted, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

export function missing(name: string, cause: unknown): AppError {
  return new AppError('file-not-found', `There is no file ${name} any more.`, { name }, { cause });
}
