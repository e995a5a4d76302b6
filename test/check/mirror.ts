import { dirname } from 'node:path';

/** The rooms that tests mirror; parity, campaign and the like stand beside them. */
const mirrored = ['electron', 'renderer', 'native-models'];

/**
 * Tests that are not where a reader looks for them: each lies in the folder of what it tests, and one that is called like a source file lies where that lies.
 *
 * @param files of the repository, with "/"
 * @returns a sentence for each that does not
 */
export function strayTests(files: readonly string[]): string[] {
  const sources = files.filter((file) => mirrored.some((room) => file.startsWith(`${room}/`)));
  const folders = new Set(sources.flatMap((file) => foldersOf(file)));
  const foldersByName = new Map<string, string[]>();
  for (const source of sources) {
    const name = nameOf(source);
    if (name !== null) foldersByName.set(name, [...(foldersByName.get(name) ?? []), dirname(source)]);
  }
  return files.flatMap((file) => {
    const [, inside, name] = /^test\/(.+)\/([^/]+)\.test\.tsx?$/u.exec(file) ?? [];
    if (inside === undefined || name === undefined) return [];
    if (!mirrored.some((room) => inside === room || inside.startsWith(`${room}/`))) return [];
    if (!folders.has(inside)) return [`${file}: there is no folder ${inside}`];
    const homes = (foldersByName.get(name) ?? []).filter((home) => areInLine(home, inside));
    return homes.length === 0 || homes.includes(inside)
      ? []
      : [`${file}: ${name} lies in ${homes.join(' and ')}`];
  });
}

/** A file of the same name in another corner of the house is another thing. */
function areInLine(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Without its ending; null for what is no code. */
function nameOf(file: string): string | null {
  return /([^/]+)\.tsx?$/u.exec(file)?.[1] ?? null;
}
