import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** What one file takes from another, as paths from the repository's root, or from a package. Types count: a circle of types is a circle. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** A folder, or one file of a folder, with what it may import besides itself. */
export interface Room {
  /** Rooms, folders and files. A folder means all that lies in it. */
  readonly may: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
  /** Holds the files that lie right in it; each folder beneath it needs a row of its own. */
  readonly isRoof?: true;
}
export type Rooms = Readonly<Record<string, Room>>;

/** All source files under `folders`, declarations and tool settings left out. */
export function sourceFiles(root: string, folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && /\.tsx?$/u.test(entry.name) && !/\.config\.ts$|\.d\.ts$/u.test(entry.name),
      )
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
}

/** Reads import and export statements (types too), `import()` as value and as type, and imports for effect. */
export function importsOf(root: string, file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/gu,
  );
  return [...statements].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const to = name.startsWith('.')
      ? relative(root, resolve(root, dirname(file), name))
          .split(sep)
          .join('/')
      : name;
    return { from: file, to };
  });
}

export function isOwnFile(to: string): boolean {
  return /^(electron|native-models|renderer|assets|test)\//u.test(to);
}

function packageOf(to: string): string {
  const parts = to.split('/');
  return to.startsWith('@') ? `${parts[0]}/${parts[1]}` : (parts[0] ?? '');
}

function liesIn(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

/** The smallest room a file lies in. @throws plain Error when it lies in none: a new folder needs a row */
export function roomOf(rooms: Rooms, file: string): string {
  const found = Object.keys(rooms)
    .filter((name) => liesIn(file, name))
    .toSorted((a, b) => b.length - a.length)[0];
  if (found === undefined) throw new Error(`${file} lies in no room`);
  return found;
}

/** Why an import is not allowed, in words; null when it is. */
export function faultOf(rooms: Rooms, { from, to }: Import): string | null {
  const name = roomOf(rooms, from);
  const room = rooms[name] as Room; // roomOf gave one of its names
  if (room.isRoof === true && dirname(from) !== name) return `${dirname(from)} has no row of its own`;
  if (isOwnFile(to)) {
    // A room within a room is another room: who puts the parts together must name them.
    const isNear = liesIn(to, name) && roomOf(rooms, to) === name;
    return isNear || room.may.some((place) => liesIn(to, place)) ? null : `${from} may not import ${to}`;
  }
  if (to.startsWith('node:')) return room.node ? null : `${from} may not import ${to}`;
  const packageName = packageOf(to);
  return room.packages.includes(packageName) ? null : `${from} may not import the package ${packageName}`;
}

/**
 * Files, or whatever `imports` connect, that lead back to themselves: each circle once, sorted.
 * (Strongly connected parts, after Tarjan.)
 */
export function circlesOf(imports: readonly Import[]): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    if (from !== to) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    order.set(node, order.size);
    let low = order.get(node) ?? 0;
    path.push(node);
    for (const other of next.get(node) ?? []) {
      if (!order.has(other)) low = Math.min(low, visit(other));
      else if (path.includes(other)) low = Math.min(low, order.get(other) ?? low);
    }
    lowest.set(node, low);
    if (low === order.get(node)) {
      const part = path.splice(path.indexOf(node));
      if (part.length > 1) circles.push(part.toSorted());
    }
    return low;
  };
  for (const node of next.keys()) if (!order.has(node)) visit(node);
  return circles.toSorted((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''));
}

/** The imports seen as arrows from room to room. */
export function betweenRooms(rooms: Rooms, imports: readonly Import[]): readonly Import[] {
  return imports
    .filter(({ to }) => isOwnFile(to) && !to.startsWith('assets/'))
    .map(({ from, to }) => ({ from: roomOf(rooms, from), to: roomOf(rooms, to) }));
}

/** What the rows allow, as arrows: the law itself may hold no circle, even where no file uses it yet. */
export function allowedArrows(rooms: Rooms): readonly Import[] {
  return Object.entries(rooms).flatMap(([from, { may }]) =>
    may.flatMap((place) =>
      Object.keys(rooms)
        .filter((name) => liesIn(name, place) || name === roomOf(rooms, place))
        // A single file that is allowed stands for itself, not for the room around it.
        .filter((name) => liesIn(name, place) || !/\.tsx?$/u.test(place))
        .map((to) => ({ from, to })),
    ),
  );
}

export interface Owners {
  /** Package -> the folder (or file) that alone imports it. */
  readonly packages: Readonly<Record<string, string>>;
  /** Packages that one file imports, wherever it lies. */
  readonly oneFile: readonly string[];
  /** Own file -> the folder whose files alone may import it. */
  readonly files: Readonly<Record<string, string>>;
}

/** Imports of raw things past their owner, in words. */
export function straysOf(owners: Owners, imports: readonly Import[]): readonly string[] {
  const strays = imports.flatMap(({ from, to }) => {
    const owner = isOwnFile(to) ? owners.files[to] : owners.packages[packageOf(to)];
    return owner === undefined || liesIn(from, owner) ? [] : [`${from} imports ${to}, which is ${owner}'s`];
  });
  const crowds = owners.oneFile.flatMap((name) => {
    const files = new Set(
      imports.filter(({ to }) => !isOwnFile(to) && packageOf(to) === name).map(({ from }) => from),
    );
    return files.size > 1 ? [`${name} is imported by ${[...files].join(' and ')}`] : [];
  });
  return [...strays, ...crowds];
}
