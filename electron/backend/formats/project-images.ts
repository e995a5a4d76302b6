import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { grouped } from '../../common/grouped.ts';
import { hashBytes, hashFile } from '../images/hash-file.ts';
import { probeImage } from '../images/image-decoder.ts';
import { openTree } from './dataset/file-tree.ts';
import { picturesOfSet } from './dataset/pictures-of-set.ts';
import type { ImportJob, LossList } from './format.ts';
import {
  commonTail,
  foldersOf,
  isAddress,
  lastPart,
  matchImages,
  type Candidate,
  type FileImage,
  type FoundBy,
  type Match,
} from './match-images.ts';

/** What an import found of the images that its file names. */
export interface FoundImages {
  /** In the order asked for; null for one that cannot be used, which the report says. */
  readonly images: readonly (ImageRecord | null)[];
  readonly foundBy: Readonly<Record<FoundBy, number>>;
}

interface ProjectImage extends Candidate {
  readonly record: ImageRecord;
}

type Place = Pick<ImportJob, 'contents' | 'source' | 'lookIn' | 'pathOf' | 'signal' | 'onMissing'>;

/** Finds a file's images in the project by the rule of match-images.ts, and says in `losses` what was not found, and what with a doubt. */
export async function findImages(
  job: Place,
  wanted: readonly FileImage[],
  losses: LossList,
): Promise<FoundImages> {
  const candidates = job.contents.images.map((record) => candidateOf(record, job.pathOf(record)));
  const matches = await matchImages(wanted, candidates, hashOnDisk(job));
  const foundBy = { hash: 0, path: 0, content: 0, name: 0 };
  const images: (ImageRecord | null)[] = [];
  for (const [index, match] of matches.entries()) {
    job.signal.throwIfAborted();
    // Holds because there is one match for each.
    const image = wanted[index] as FileImage;
    await noteMatch(job, image, match, losses);
    if (match.image === null && match.problem === 'not-there') job.onMissing?.(image);
    if (match.image !== null) foundBy[match.by]++;
    images.push(match.image?.record ?? null);
  }
  return { images, foundBy };
}

/** @param path where the image lies; of one that was copied into the project that says nothing */
export function candidateOf(record: ImageRecord, path: string | null): ProjectImage {
  const own = record.folders === '' ? [] : [`${record.folders}/${record.name}`];
  return {
    ...{ record, name: record.name, folders: record.folders, sha256: record.sha256, size: record },
    paths: record.source.kind === 'linked' && path !== null ? [...own, path] : own,
  };
}

async function noteMatch(
  job: Place,
  wanted: FileImage,
  match: Match<ProjectImage>,
  losses: LossList,
): Promise<void> {
  if (match.image !== null) {
    const here = match.image.paths.at(-1) ?? match.image.name;
    if (match.note === 'other-name')
      losses.add(
        'Images known by their content under another name',
        `${wanted.name} is ${match.image.name} here`,
      );
    if (match.note === 'other-spelling')
      losses.add(
        'Images whose name is spelt otherwise here',
        `${wanted.name} was taken for ${match.image.name}`,
      );
    if (match.note === 'other-folders')
      losses.add(
        'Images found by their name alone: the folders differ',
        `${wanted.name} was taken for ${here}`,
      );
    return;
  }
  const [first] = match.candidates;
  switch (match.problem) {
    case 'not-there':
      return losses.add(
        'Images left out: they are not in this project',
        first
          ? `${wanted.name} (there is ${first.paths.at(-1) ?? first.name}, which is another)`
          : wanted.name,
      );
    case 'other-size':
      return losses.add(
        'Images left out: they have another size than in this project',
        await sizeNote(job, wanted, match.candidates),
      );
    case 'several':
      return losses.add(
        'Images left out: several images could be meant',
        `${wanted.name} (${match.candidates.map(({ paths, name }) => paths.at(-1) ?? name).join(' or ')})`,
      );
    case 'other-picture':
      return losses.add(
        'Images left out: the one of that name is another picture (its SHA-256 differs)',
        wanted.name,
      );
  }
}

async function sizeNote(
  job: Place,
  { name, size, oddSize }: FileImage,
  here: readonly ProjectImage[],
): Promise<string> {
  const sizes = here.map(({ record: { width, height } }) => `${width} x ${height}`).join(' or ');
  const sentence = `${name}: ${oddSize ?? `${String(size?.width)} x ${String(size?.height)}`} in the file, ${sizes} here`;
  const exchanged = here.find(({ record }) => record.width === size?.height && record.height === size.width);
  if (!exchanged) return sentence;
  const isTurned = await isTurnedByExif(job.pathOf(exchanged.record), name);
  return `${sentence}${isTurned ? '; the photo is turned by its EXIF orientation, which the program that wrote the file did not apply' : '; the sides are exchanged'}`;
}

/** Whether programs that pass over the EXIF orientation see the photo lying on its side. False for a file that cannot be read. */
export async function isTurnedByExif(path: string | null, name: string): Promise<boolean> {
  if (path === null) return false;
  return probeImage(path, name).then(
    ({ orientation }) => orientation >= 5,
    () => false,
  );
}

/**
 * The content of a file that lies where the names in an import lead: below the file's own folder, below the folders of images that were
 * given with it, or beside images of the project. Where several of these last have one and they differ, none is meant more than another:
 * null. Only files as long as some image of the project are read.
 */
function hashOnDisk(job: Place): (name: string) => Promise<string | null> {
  let known: Promise<KnownPlaces> | null = null;
  const hashes = new Map<string, string | null>();
  return async (name) => {
    if (leadsElsewhere(name)) return null;
    known ??= knownPlaces(job);
    const { given, beside, lengths, set } = await known;
    const inSet = set?.meant(name) ?? null;
    if (set !== null && inSet !== null) {
      const key = `in the set ${inSet}`;
      if (!hashes.has(key)) hashes.set(key, await set.hashOf(inSet, lengths));
      const hash = hashes.get(key) ?? null;
      if (hash !== null) return hash;
    }
    const hashIn = async (folder: string): Promise<string | null> => {
      job.signal.throwIfAborted();
      const path = join(folder, name.replaceAll('\\', '/'));
      if (!hashes.has(path)) hashes.set(path, await hashOf(path, lengths));
      return hashes.get(path) ?? null;
    };
    for (const folder of given) {
      const hash = await hashIn(folder);
      if (hash !== null) return hash;
    }
    const found = new Set<string>();
    for (const folder of beside) {
      const hash = await hashIn(folder);
      if (hash !== null) found.add(hash);
    }
    const [only = null] = found;
    return found.size === 1 ? only : null;
  };
}

/** Null when there is no file; of a file of another length, a hash that no image has. */
async function hashOf(path: string, lengths: ReadonlySet<number>): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  if (!lengths.has(found.size)) return 'of another length';
  return hashFile(path).then(
    ({ sha256 }) => sha256,
    () => null,
  );
}

/** A folder or an archive that was given. */
interface GivenSet {
  /** The picture in it that a name means: the only one whose path ends so; null where none or several do. */
  readonly meant: (name: string) => string | null;
  /** As hashOf. */
  readonly hashOf: (file: string, lengths: ReadonlySet<number>) => Promise<string | null>;
}

/** Null for a file alone. */
async function setOf({ source, signal }: Place): Promise<GivenSet | null> {
  const { names, root, read, sizeOf } = await openTree(source, signal);
  if (names.length === 1) return null;
  const byName = grouped(picturesOfSet(names), lastPart);
  return {
    meant: (name) => {
      const folders = foldersOf(name);
      const ending = (byName.get(lastPart(name)) ?? []).filter(
        (each) => commonTail(folders, foldersOf(each)) === folders.length,
      );
      return ending.length === 1 ? (ending[0] ?? null) : null;
    },
    hashOf: async (file, lengths) => {
      if (root !== null) return hashOf(join(root, ...file.split('/')), lengths);
      const size = sizeOf?.(file) ?? null;
      if (size === null) return null;
      if (!lengths.has(size)) return 'of another length';
      const data = await read(file).catch((error: unknown) => {
        if (error instanceof AppError) return null; // damaged: whoever reads it says so
        throw error;
      });
      return data === null ? null : hashBytes(data, signal);
    },
  };
}

interface KnownPlaces {
  readonly set: GivenSet | null;
  /** The file's own folder and those given with it, in the order in which they are asked. */
  readonly given: readonly string[];
  /** Folders of the project's images. */
  readonly beside: readonly string[];
  readonly lengths: ReadonlySet<number>;
}

async function knownPlaces(job: Place): Promise<KnownPlaces> {
  const lengths = new Set<number>();
  const beside = new Set<string>();
  for (const image of job.contents.images) {
    const path = job.pathOf(image);
    if (path === null) continue;
    if (image.source.kind === 'linked') beside.add(dirname(path));
    const found = await stat(path).catch(() => null);
    if (found) lengths.add(found.size);
  }
  const own = job.source.kind === 'path' ? [await folderOf(job.source.path)] : [];
  const set = lengths.size === 0 ? null : await setOf(job);
  const given = new Set([...job.lookIn, ...own]);
  return {
    set,
    given: [...given],
    beside: [...beside].filter((folder) => !given.has(folder)).slice(0, 100),
    lengths,
  };
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ? path : dirname(path);
}

/** The folders of a file name that may be written again: relative, and leading nowhere else. Null for others. */
export function foldersToKeep(name: string): string | null {
  if (isAddress(name)) return '';
  if (leadsElsewhere(name)) return null;
  const parts = name.split(/[/\\]/u); // spelt as they are
  return parts
    .slice(0, -1)
    .filter((part) => part !== '.' && part !== '')
    .join('/');
}

/** Whether a file name is none below a folder: from a root, with a drive or an address, or climbing. */
function leadsElsewhere(name: string): boolean {
  return (
    isAbsolute(name) || /^[a-z]+:/iu.test(name) || name.startsWith('\\') || foldersOf(name).includes('..')
  );
}
