import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../common/errors.ts';
import { createBreather } from '../../app/breather.ts';
import { openTree } from '../dataset/file-tree.ts';
import {
  createLossList,
  type FormatSource,
  type ImportJob,
  type ImportOutcome,
  type InspectJob,
  type Inspection,
  type Progress,
} from '../format.ts';
import { isObject } from '../is-object.ts';
import { readJsonItems } from '../json-items.ts';
import { jobOf, plainJson } from '../json-sources.ts';
import { asWritten } from '../parse-json.ts';
import { withProgress } from '../with-progress.ts';
import { idOf, type WrittenId } from '../written-ids.ts';
import { type CocoCatalogue, readCatalogue } from './coco-catalogue.ts';
import { importTargets, progressOfBytes } from './coco-import.ts';

/** Of the files beside the results so many are looked into for the one that they point into. */
const mostLookedInto = 8;

/** Detections come in as targets to review: a model made them, and nobody has accepted them yet. */
export async function* importResults(job: ImportJob): AsyncGenerator<Progress, ImportOutcome> {
  const losses = createLossList();
  const bytes = progressOfBytes();
  const { results, catalogue, name } = yield* withProgress(job.signal, {
    news: bytes.news('Finding the file they point into'),
    work: (signal) => resultsWithSet(job, signal),
  });
  losses.add('Images and classes are those of another file, into which the results point', name);
  const part = { job: { ...job, source: results }, catalogue, split: null, isResults: true };
  return yield* importTargets(job, [part], { losses, bytes });
}

export async function inspectResults(job: InspectJob): Promise<Inspection> {
  const { catalogue, used, count } = await resultsWithSet(job, job.signal);
  const images = [...used].map((id) => catalogue.images.get(id)?.value);
  return {
    images: used.size,
    matchedImages: images.filter((each) => (each?.image ?? null) !== null).length,
    annotations: count,
    categories: [...catalogue.categories.values()].map(({ name }) => name),
  };
}

interface FoundResults {
  readonly results: FormatSource;
  /** Of the file that they point into. */
  readonly catalogue: CocoCatalogue;
  /** What that file is called. */
  readonly name: string;
  /** Ids of images as they are written in the results. */
  readonly used: ReadonlySet<WrittenId>;
  readonly count: number;
}

/**
 * Results name images and classes by the numbers of another file, the COCO instances file that they were made for. It is looked for beside
 * them (in their folder or archive, in a folder of images that was given): the one that has every image of theirs.
 *
 * @throws AppError 'bad-file' where none has, or several
 */
async function resultsWithSet(job: InspectJob, signal: AbortSignal): Promise<FoundResults> {
  const { results, others } = await filesOf(job, signal);
  const { used, count } = await imagesOf(results, signal);
  const fitting: { readonly name: string; readonly catalogue: CocoCatalogue }[] = [];
  for (const { name, source, folder } of others.slice(0, mostLookedInto)) {
    const own = jobOf(job, { source: await plainJson(source, signal), name, split: null, folder });
    const catalogue = await readCatalogue(own, { losses: createLossList(), signal }).catch(
      (error: unknown) => {
        if (error instanceof AppError) return null; // a file of something else
        throw error;
      },
    );
    if (catalogue !== null && [...used].every((id) => catalogue.images.get(id) !== null))
      fitting.push({ name, catalogue });
  }
  const [first, second] = fitting;
  if (first === undefined)
    throw new AppError(
      'bad-file',
      'These are COCO results, whose images and classes are numbers of another file. Put that COCO file (of images, categories and annotations) beside them in one folder or .zip: none that has all of their images is there.',
      { looked: others.map(({ name }) => name).slice(0, mostLookedInto) },
    );
  if (second !== undefined)
    throw new AppError(
      'bad-file',
      `These are COCO results, and several files have images of their numbers: ${fitting.map(({ name }) => name).join(', ')}. Leave only the one beside them that they were made for.`,
    );
  return { results, ...first, used, count };
}

interface Neighbour {
  readonly name: string;
  readonly source: FormatSource;
  readonly folder: string | null;
}

/** The results of what was given, and the JSON files that they may point into. */
async function filesOf(
  { source, lookIn }: InspectJob,
  signal: AbortSignal,
): Promise<{ readonly results: FormatSource; readonly others: readonly Neighbour[] }> {
  const tree = await openTree(source, signal);
  const names = tree.names.filter((name) => /\.json(?:\.gz)?$/iu.test(name));
  const given: Neighbour[] = [];
  for (const name of tree.names.length === 1 ? [] : names) {
    const data = await tree.read(name);
    if (data !== null) given.push({ name, source: { kind: 'bytes', name, data }, folder: null });
  }
  const beside: Neighbour[] = [];
  const folders = source.kind === 'path' && given.length === 0 ? [dirname(source.path), ...lookIn] : lookIn;
  for (const folder of folders)
    for (const within of ['', 'annotations']) beside.push(...(await jsonIn(join(folder, within))));
  if (given.length === 0)
    return {
      results: await plainJson(source, signal),
      others: beside.filter(({ source: other }) => !isSame(other, source)),
    };
  const lists = [];
  for (const each of given) if (await isResults(each.source, signal)) lists.push(each);
  const [only, another] = lists;
  if (only === undefined || another !== undefined)
    throw new AppError(
      'bad-file',
      only === undefined
        ? 'There are no COCO results in what was given: no JSON file in it is a list of detections.'
        : `There are several files of COCO results in what was given: ${lists.map(({ name }) => name).join(', ')}. Import the one that is meant.`,
    );
  return { results: only.source, others: [...given.filter((each) => each !== only), ...beside] };
}

async function jsonIn(folder: string): Promise<Neighbour[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((name) => /\.json(?:\.gz)?$/iu.test(name))
    .toSorted()
    .map((name) => ({ name, source: { kind: 'path', path: join(folder, name) }, folder }));
}

function isSame(a: FormatSource, b: FormatSource): boolean {
  return a.kind === 'path' && b.kind === 'path' && a.path === b.path;
}

async function isResults(source: FormatSource, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const items of readJsonItems(await plainJson(source, signal), { signal }))
      for (const { key, value } of items) return key === null && isObject(value) && 'image_id' in value;
  } catch (error) {
    if (!(error instanceof AppError)) throw error; // no JSON: not these
  }
  return false;
}

async function imagesOf(
  results: FormatSource,
  signal: AbortSignal,
): Promise<Pick<FoundResults, 'used' | 'count'>> {
  const used = new Set<WrittenId>();
  const breathe = createBreather(signal);
  let count = 0;
  for await (const items of readJsonItems(results, { signal }))
    for (const { key, value } of items) {
      await breathe();
      if (key !== null)
        throw new AppError('bad-file', 'These are no COCO results, which are a list of detections.');
      count++;
      const id = isObject(value) ? idOf(value['image_id']) : null;
      if (id !== null) used.add(id);
    }
  if (used.size === 0)
    throw new AppError(
      'bad-file',
      `These are no COCO results: no entry of ${results.kind === 'path' ? basename(results.path) : asWritten(results.name)} names an image.`,
    );
  return { used, count };
}
