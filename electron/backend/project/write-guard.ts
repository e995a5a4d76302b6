import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AppError } from '../../common/errors.ts';
import {
  databaseName,
  imagesFolder,
  isProjectFolder,
  jobsFolder,
  snapshotsFolder,
} from './project-folder.ts';
import { isInside } from '../app/allowed-paths.ts';
import type { BegunWork } from '../app/begun-work.ts';
import { placeToWrite } from '../app/place-to-write.ts';
import type { WrittenFiles } from '../app/written-files.ts';

/**
 * What every command and call asks before it writes a file where a person keeps theirs. Nothing is replaced that the app reads as input or
 * holds as a project; what it did not write itself is replaced only where the person said so, of that very path.
 */
export interface WriteGuard {
  /**
   * Where a file of this path really goes, links followed.
   *
   * @throws AppError 'protected-file' (an input, a part of a project), 'file-exists' (somebody else's; `replace` says it may go),
   * and as placeToWrite
   */
  place(path: string): Promise<string>;
  /** Notes an unfinished file or folder, so that a kill leaves no litter; call what it returns when it is gone or in its place. */
  begin(unfinished: string): Promise<() => Promise<void>>;
  /** Notes that these files are the app's own from now on. */
  wrote(places: readonly string[]): Promise<void>;
}

export function createWriteGuard(options: {
  readonly written: WrittenFiles;
  readonly begun: BegunWork;
  /** Files and folders the work reads: pictures of the project, the file that is evaluated. */
  readonly inputs: readonly string[];
  /** True when the person was told that the path is taken and said that it may be replaced. */
  readonly replace: boolean;
}): WriteGuard {
  const { written, begun, replace } = options;
  let inputs: Promise<Identities> | null = null;
  return {
    async place(path) {
      const place = await placeToWrite(path);
      const part = await partOfProject(place);
      if (part !== null) throw partError(path, part);
      const found = await stat(place).catch(() => null);
      if (found === null) return place;
      inputs ??= identitiesOf(options.inputs);
      if ((await inputs).has(place, found)) throw inputError(path);
      if (replace || (await written.isOwn(place))) return place;
      throw takenError(path);
    },
    begin: (unfinished) => begun.begin(unfinished),
    // A list that cannot be kept costs a question the next time, not the export that stands.
    wrote: (places) => written.note(places).catch(() => undefined),
  };
}

/** The folder of the project that the place is a part of; null when it only lies beside, or nowhere near one. */
async function partOfProject(place: string): Promise<string | null> {
  for (let folder = dirname(place); ; folder = dirname(folder)) {
    if (await isProjectFolder(folder)) {
      const own = [imagesFolder(folder), snapshotsFolder(folder), jobsFolder(folder)];
      const isOwn =
        own.some((inner) => isInside(inner, place)) ||
        (dirname(place) === folder && ownNames.test(basename(place)));
      if (isOwn) return folder;
    }
    if (dirname(folder) === folder) return null;
  }
}

/** The database, what SQLite puts beside it, damaged ones that were kept, and records of the app. */
const ownNames = new RegExp(
  `^(?:damaged-.*)?${databaseName.replace('.', '\\.')}(?!\\.\\w*(?:json|png|zip)$)|\\.begun$`,
  'u',
);

interface Identities {
  has(place: string, found: { readonly dev: number; readonly ino: number }): boolean;
}

/** By path, by what links lead to, and by the file itself: a second name of the same bytes is still the original. */
async function identitiesOf(paths: readonly string[]): Promise<Identities> {
  const places = new Set<string>();
  const files = new Set<string>();
  for (const path of paths) {
    places.add(resolve(path)).add(await realpath(path).catch(() => resolve(path)));
    const found = await stat(path).catch(() => null);
    if (found?.isFile() && found.ino !== 0) files.add(`${found.dev}:${found.ino}`);
  }
  return {
    has: (place, { dev, ino }) => places.has(place) || files.has(`${dev}:${ino}`),
  };
}

function partError(path: string, project: string): AppError {
  return new AppError(
    'protected-file',
    `${path} belongs to the project in ${project} and is never written over. Choose another place.`,
    { path, project },
  );
}

function inputError(path: string): AppError {
  return new AppError(
    'protected-file',
    `${path} is one of the files this reads, and is never replaced. Choose another place.`,
    { path },
  );
}

function takenError(path: string): AppError {
  return new AppError(
    'file-exists',
    `${path} is there already, and this app did not write it (or it was changed since). Choose another place, or say that it may be replaced.`,
    { path },
  );
}
