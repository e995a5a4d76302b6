import { chmod, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** "nobody" on the systems where tests run as root. */
const nobody = 65_534;

/**
 * Runs the work while this account has no right to the path: nothing of it may be read, entered or written. Root, whom no mode keeps out, is
 * somebody else meanwhile, for whom the folders above are opened. For systems with modes; see `canLoseRights`.
 */
export async function withoutRights<T>(path: string, work: () => Promise<T>): Promise<T> {
  const { mode } = await stat(path);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chmod(dirname(path), 0o755);
  await chmod(path, 0);
  if (isRoot) process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(path, mode);
  }
}

/** False on Windows, and for a root who may be nobody else: in some containers there is nobody else. */
export const canLoseRights = process.platform !== 'win32' && (process.getuid?.() !== 0 || canBeNobody());

function canBeNobody(): boolean {
  try {
    process.seteuid?.(nobody);
    process.seteuid?.(0);
    return true;
  } catch {
    return false;
  }
}
