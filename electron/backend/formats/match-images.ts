import type { Size } from '../../common/geometry.ts';
import { addTo, grouped } from '../../common/grouped.ts';

/**
 * Which image is meant: the one rule for every format, and for measuring. In this order:
 * 1. by content, where the file carries our SHA-256;
 * 2. by path: among images of that name the one that shares the most folders, counted from the name backwards (`cam1/f.png` is not
 *    `cam2/f.png`);
 * 3. by content again, where the file that is meant lies on the disk under that name;
 * 4. by name, if only one can be meant;
 * 5. by a name that programs spell otherwise (`loosely`), if only one can be meant.
 * A size that differs rules an image out, as does a hash that belongs to another picture.
 */
export interface FileImage {
  /** As the file has it: a name, a path with either slash, or an address. */
  readonly name: string;
  /** Null where the file does not say. */
  readonly size: Size | null;
  readonly sha256: string | null;
  /** The size in the file's own words, where it is none that an image can have. */
  readonly oddSize?: string;
  /** The folder of the file that names it, from the root of what was given; left out where that is the root. */
  readonly beside?: string;
}

/** An image that may be meant. */
export interface Candidate {
  readonly name: string;
  /** Where it is known to lie, the name included. */
  readonly paths: readonly string[];
  /** Folders that an import gave it before: then other folders are another image's. '' where none did. */
  readonly folders: string;
  readonly sha256: string | null;
  readonly size: Size | null;
}

export type FoundBy = 'hash' | 'path' | 'content' | 'name';

export type Match<C extends Candidate> =
  | {
      readonly image: C;
      readonly by: FoundBy;
      /** Something a person should know of how it was found. */
      readonly note: 'other-name' | 'other-folders' | 'other-spelling' | null;
    }
  | {
      readonly image: null;
      readonly problem: 'not-there' | 'other-size' | 'several' | 'other-picture';
      readonly candidates: readonly C[];
    };

/**
 * @param hashMeant the SHA-256 of the file that lies under a name the file gives, where there is one on the disk
 * @returns one match for each wanted image, in their order
 */
export async function matchImages<C extends Candidate>(
  wanted: readonly FileImage[],
  candidates: readonly C[],
  hashMeant: (name: string) => Promise<string | null>,
): Promise<Match<C>[]> {
  const byHash = new Map(candidates.flatMap((each) => (each.sha256 === null ? [] : [[each.sha256, each]])));
  const byName = grouped(candidates, (each) => lastPart(each.name));
  const state: State<C> = { byHash, byName, found: new Map(), taken: new Set() };
  const open: FileImage[] = [];
  for (const image of wanted) {
    const same = image.sha256 === null ? undefined : byHash.get(image.sha256);
    if (same) take(state, image, same, 'hash');
    else open.push(image);
  }
  matchByPath(state, open);
  const left = open.filter((image) => !state.found.has(image));
  const elsewhere = new Set<FileImage>();
  for (const image of left) {
    const named = byName.get(lastPart(image.name)) ?? [];
    // A bare name of one image needs no proof.
    if (named.length === 1 && foldersOf(image.name).length === 0) continue;
    const hash = await hashMeant(image.name);
    if (hash === null) continue;
    const same = byHash.get(hash);
    if (same) take(state, image, same, 'content');
    else {
      state.found.set(image, notThere(named));
      elsewhere.add(image);
    }
  }
  matchByName(
    state,
    left.filter((image) => !state.found.has(image)),
  );
  matchBySpelling(
    state,
    left.filter((image) => !elsewhere.has(image)),
    candidates,
  );
  return wanted.map((image) => settled(state, image));
}

/**
 * The same rule for one name after the other, where the file has no hashes and there is nothing on a disk to ask: among images of that name
 * and size the one that shares the most folders, else the only one.
 */
export function imageFinder<C extends Candidate>(
  candidates: readonly C[],
): (name: string, size: Size) => C | null {
  const byName = grouped(candidates, (each) => lastPart(each.name));
  return (name, size) => {
    const wanted = { name, size, sha256: null };
    const named = (byName.get(lastPart(name)) ?? []).filter((image) => fits(wanted, image));
    const { best } = nearest(wanted, named);
    const [only, ...others] = best.length > 0 ? best : named;
    return only !== undefined && others.length === 0 ? only : null;
  };
}

interface State<C extends Candidate> {
  readonly byHash: ReadonlyMap<string, C>;
  readonly byName: ReadonlyMap<string, readonly C[]>;
  readonly found: Map<FileImage, Match<C>>;
  /** Images that are spoken for under their own name. */
  readonly taken: Set<C>;
}

function take<C extends Candidate>(state: State<C>, wanted: FileImage, image: C, by: FoundBy): void {
  const isRenamed = lastPart(wanted.name) !== lastPart(image.name);
  // Under our own hash a file may have any name, unless that is another picture's.
  const isOtherName = isRenamed && (by === 'content' || state.byName.has(lastPart(wanted.name)));
  const hasOtherFolders =
    by === 'name' && !isAddress(wanted.name) && foldersOf(wanted.name).length > 0 && image.paths.length > 0;
  state.found.set(wanted, {
    image,
    by,
    note: isOtherName ? 'other-name' : hasOtherFolders ? 'other-folders' : null,
  });
  // Known by its content under another name, it may be meant by its own name all the same.
  if (!isRenamed) state.taken.add(image);
}

function matchByPath<C extends Candidate>(state: State<C>, open: readonly FileImage[]): void {
  const claims = new Map<C, { readonly wanted: FileImage; readonly common: number }[]>();
  for (const wanted of open) {
    const { best, common } = nearest(wanted, state.byName.get(lastPart(wanted.name)) ?? []);
    if (common === 0) continue;
    const [only] = best;
    if (best.length > 1) state.found.set(wanted, several(best));
    else if (only) addTo(claims, only, { wanted, common });
  }
  for (const [image, claimants] of claims) {
    const most = claimants.reduce((highest, { common }) => Math.max(highest, common), 0);
    const winners = claimants.filter(({ common }) => common === most).map(({ wanted }) => wanted);
    const isOne = new Set(winners.map(({ name }) => pathKey(name))).size === 1;
    for (const wanted of winners) {
      if (isOne) take(state, wanted, image, 'path');
      else state.found.set(wanted, several([image]));
    }
  }
}

/** The candidates that share the most folders with the name; among equals those of the right size, where there are any. */
function nearest<C extends Candidate>(
  wanted: FileImage,
  candidates: readonly C[],
): { readonly best: readonly C[]; readonly common: number } {
  const folders = foldersOf(wanted.name);
  let common = 0;
  let best: C[] = [];
  if (folders.length === 0) return { best, common };
  for (const candidate of candidates) {
    const shared = Math.max(0, ...candidate.paths.map((path) => commonTail(folders, foldersOf(path))));
    if (shared > common) [common, best] = [shared, []];
    if (shared === common) best.push(candidate);
  }
  const fitting = best.filter((candidate) => fits(wanted, candidate));
  return { best: fitting.length > 0 ? fitting : best, common };
}

function matchByName<C extends Candidate>(state: State<C>, open: readonly FileImage[]): void {
  const claims = new Map<C, FileImage[]>();
  for (const wanted of open) {
    const named = state.byName.get(lastPart(wanted.name)) ?? [];
    const free = named.filter((image) => !state.taken.has(image) && !isElsewhere(wanted, image));
    const fitting = free.filter((image) => fits(wanted, image));
    const [only] = fitting.length > 0 ? fitting : free;
    if (!only) state.found.set(wanted, notThere(named));
    else if (fitting.length > 1 || (fitting.length === 0 && free.length > 1))
      state.found.set(wanted, fitting.length > 1 ? several(fitting) : otherSize(free));
    else addTo(claims, only, wanted);
  }
  for (const [image, claimants] of claims) {
    const isOne = new Set(claimants.map(({ name }) => pathKey(name))).size === 1;
    for (const wanted of claimants) {
      if (isOne) take(state, wanted, image, 'name');
      else state.found.set(wanted, several([image]));
    }
  }
}

/** Names that nothing has, and that are an image's own but for what programs do to names. */
function matchBySpelling<C extends Candidate>(
  state: State<C>,
  left: readonly FileImage[],
  candidates: readonly C[],
): void {
  const open = left.filter((image) => {
    const match = state.found.get(image);
    return (
      match !== undefined &&
      'problem' in match &&
      match.problem === 'not-there' &&
      match.candidates.length === 0
    );
  });
  if (open.length === 0) return;
  const free = candidates.filter((each) => !state.taken.has(each));
  const bySpelling = grouped(free, ({ name }) => loosely(name));
  // A name without an ending is a picture's as well.
  const byStem = grouped(free, ({ name }) => withoutEnding(loosely(name)));
  const claims = new Map<C, FileImage[]>();
  for (const wanted of open) {
    const name = loosely(wanted.name);
    const alike = bySpelling.get(name) ?? byStem.get(name) ?? [];
    const named = alike.filter((each) => !isElsewhere(wanted, each));
    const meant = named.filter((each) => fits(wanted, each));
    const [only, ...others] = meant;
    if (only !== undefined && others.length === 0) addTo(claims, only, wanted);
    else if (only !== undefined) state.found.set(wanted, several(meant));
    else if (named.length > 0) state.found.set(wanted, otherSize(named));
  }
  for (const [image, claimants] of claims) {
    const isOne = new Set(claimants.map(({ name }) => pathKey(name))).size === 1;
    for (const wanted of claimants)
      state.found.set(wanted, isOne ? { image, by: 'name', note: 'other-spelling' } : several<C>([image]));
  }
}

/** A file's name without what programs do to it: eight digits before it (an upload to Label Studio), signs of addresses ("%20"), an ending in capitals, spaces around it. */
function loosely(path: string): string {
  let name = isAddress(path) ? path.replace(/[?#].*$/u, '') : path;
  try {
    name = decodeURIComponent(name);
  } catch {
    // A percent sign of its own: the name is as it stands.
  }
  return lastPart(name)
    .trim()
    .replace(/^[0-9a-f]{8}-(?=.)/u, '')
    .replace(/\.[^.]+$/u, (ending) => ending.toLowerCase());
}

/** Whether an earlier import said that the image lies in other folders than the file names. */
function isElsewhere(wanted: FileImage, image: Candidate): boolean {
  const folders = foldersOf(wanted.name);
  return image.folders !== '' && folders.length > 0 && commonTail(folders, partsOf(image.folders)) === 0;
}

/** Found, but is it that picture? */
function settled<C extends Candidate>(state: State<C>, wanted: FileImage): Match<C> {
  const match = state.found.get(wanted) ?? notThere<C>([]);
  if (match.image === null) return match;
  const isOtherPicture =
    wanted.sha256 !== null && match.image.sha256 !== null && wanted.sha256 !== match.image.sha256;
  if (isOtherPicture) return { image: null, problem: 'other-picture', candidates: [match.image] };
  return fits(wanted, match.image) ? match : otherSize([match.image]);
}

function fits({ size }: FileImage, image: Candidate): boolean {
  if (size === null || image.size === null) return true;
  // What programs write that did not look.
  if (size.width <= 0 && size.height <= 0) return true;
  return image.size.width === size.width && image.size.height === size.height;
}

function notThere<C extends Candidate>(candidates: readonly C[]): Match<C> {
  return { image: null, problem: 'not-there', candidates };
}

function several<C extends Candidate>(candidates: readonly C[]): Match<C> {
  return { image: null, problem: 'several', candidates };
}

function otherSize<C extends Candidate>(candidates: readonly C[]): Match<C> {
  return { image: null, problem: 'other-size', candidates };
}

export function commonTail(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a.at(-1 - common) === b.at(-1 - common)) common++;
  return common;
}

/** Where a picture was once downloaded from says nothing of where it lies. */
export function isAddress(name: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//iu.test(name);
}

/** The parts of a path with either slash. The same letters may be written as one character or two; both are the same name. */
function partsOf(path: string): string[] {
  return path
    .normalize('NFC')
    .split(/[/\\]/u)
    .filter((part) => part !== '' && part !== '.');
}

export function foldersOf(path: string): string[] {
  return partsOf(path).slice(0, -1);
}

export function lastPart(path: string): string {
  return partsOf(path).at(-1) ?? path;
}

export function withoutEnding(name: string): string {
  return name.replace(/\.[^./\\]*$/u, '');
}

function pathKey(path: string): string {
  return partsOf(path).join('/');
}
