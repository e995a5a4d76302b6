import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The paths a person wrote, with `*` and `?` in the last part filled in where the shell left that to us (Windows, or quotes). A file
 * that really has such a name is itself. A pattern that fits nothing stays, to be told as missing.
 */
export async function expandPatterns(paths: readonly string[]): Promise<string[]> {
  const expanded = await Promise.all(paths.map(expandPattern));
  return expanded.flat();
}

async function expandPattern(path: string): Promise<string[]> {
  const last = basename(path);
  if (!/[*?]/u.test(last) || (await isThere(path))) return [path];
  const names = await readdir(dirname(path)).catch(() => []);
  const pattern = patternOf(last.normalize('NFC'));
  // As in a shell, a star does not stand for hidden files.
  const fitting = names.filter((name) => !name.startsWith('.') && pattern.test(name.normalize('NFC')));
  return fitting.length === 0 ? [path] : fitting.sort().map((name) => join(dirname(path), name));
}

function patternOf(text: string): RegExp {
  const parts = [...text].map((sign) =>
    sign === '*' ? '.*' : sign === '?' ? '.' : sign.replaceAll(/[\\^$.|+()[\]{}/-]/gu, '\\$&'),
  );
  return new RegExp(`^${parts.join('')}$`, 'su');
}

export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
