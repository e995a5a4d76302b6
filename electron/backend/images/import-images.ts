import { relative } from 'node:path';
import type { ImageId } from '../../common/document/records.ts';
import { newImage } from '../../common/document/new-records.ts';
import { AppError, isAbort, toWireError, type WireError } from '../../common/errors.ts';

import { highestOrder } from '../../common/document/order.ts';
import type { OpenProject } from '../project/open-projects.ts';
import { type Allow, findImageFiles } from './find-image-files.ts';
import type { Pictures } from './pictures.ts';
import { nameOfSource, takeInImage, type ImageSource, type TakenImage } from './take-in-image.ts';

type ImportEvent =
  | {
      readonly type: 'progress';
      readonly stage: string;
      readonly done: number;
      readonly total: number | null;
    }
  | { readonly type: 'failed'; readonly name: string; readonly error: WireError }
  /** A word about a picture that came in, or about files that were no pictures. */
  | { readonly type: 'noted'; readonly name: string; readonly note: string }
  | { readonly type: 'done'; readonly imageIds: ImageId[]; readonly alreadyThere: ImageId[] };

/** Images that wait for one transaction: a large folder is not a thousand flushes, a kill loses only the last few. */
const batchSize = 16;

/**
 * Takes pictures into the project slice by slice (`inStep` makes one undo step of them). What fails is named and left out; what was taken in before a cancel stays.
 *
 * @throws AppError 'file-not-found' and the like when a source itself cannot be read and it is the only one
 */
export async function* importImages(options: {
  readonly project: OpenProject;
  readonly pictures: Pictures;
  readonly sources: readonly ImageSource[];
  /** Rejects for what a link met on the way leads to and this door may not read. */
  readonly allow: Allow;
  readonly signal: AbortSignal;
}): AsyncGenerator<ImportEvent> {
  const { project, signal } = options;
  const imageIds: ImageId[] = [];
  const alreadyThere: ImageId[] = [];
  let waiting: TakenImage[] = [];
  const idsBySha256 = new Map(project.store.all('image').map((image) => [image.sha256, image.id]));

  const { files, news } = await expand(options.sources, options);
  yield* news;
  const commit = (): void => {
    imageIds.push(...addImages(project, waiting));
    waiting = [];
  };
  try {
    for (const [index, source] of files.entries()) {
      yield { type: 'progress', stage: nameOfSource(source), done: index, total: files.length };
      signal.throwIfAborted();
      try {
        const taken = await takeInImage({
          source,
          projectFolder: project.store.folder,
          pictures: options.pictures,
          knows: (sha256) => idsBySha256.has(sha256),
          signal,
        });
        if ('alreadyThere' in taken) {
          const id = idsBySha256.get(taken.alreadyThere);
          if (id) alreadyThere.push(id);
        } else {
          idsBySha256.set(taken.record.sha256, taken.record.id);
          waiting.push(taken);
          for (const note of taken.notes) yield { type: 'noted', name: nameOfSource(source), note };
        }
      } catch (error) {
        if (!(error instanceof AppError) || isAbort(error)) throw error;
        yield { type: 'failed', name: nameOfSource(source), error: toWireError(error) };
        // Each of the others would fail the same way.
        if (error.code === 'disk-full' || error.code === 'file-not-writable') throw error;
      }
      if (waiting.length >= batchSize) commit();
    }
  } finally {
    commit();
  }
  yield { type: 'done', imageIds, alreadyThere };
}

/** Folders become the pictures in them. */
async function expand(
  sources: readonly ImageSource[],
  { allow, signal }: { readonly allow: Allow; readonly signal: AbortSignal },
) {
  const files: ImageSource[] = [];
  const news: ImportEvent[] = [];
  for (const source of sources) {
    if (source.kind === 'bytes') {
      files.push(source);
      continue;
    }
    try {
      const found = await findImageFiles(source.path, { allow, signal });
      for (const path of found.images) files.push({ ...source, path });
      const note = (why: string, paths: readonly string[]): void => {
        if (paths.length > 0)
          news.push({
            type: 'noted',
            name: nameOfSource(source),
            note: passedOverNote(source.path, why, paths),
          });
      };
      note('being no pictures by their names', found.passedOver);
      note(
        'being masks of pictures by their names and looks (import them as semantic label pictures, or add them one by one)',
        found.masks,
      );
      if (found.calledMasks.length > 0)
        news.push({
          type: 'noted',
          name: nameOfSource(source),
          note: `${called(found.calledMasks)} taken for ${found.calledMasks.length === 1 ? 'a picture' : 'pictures'} by what is seen: ${shortList(source.path, found.calledMasks)}.`,
        });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      news.push({ type: 'failed', name: nameOfSource(source), error: toWireError(error) });
    }
  }
  return { files, news };
}

function passedOverNote(folder: string, why: string, paths: readonly string[]): string {
  const what = paths.length === 1 ? '1 file was' : `${paths.length} files were`;
  return `${what} passed over, ${why}: ${shortList(folder, paths)}.`;
}

function called(paths: readonly string[]): string {
  return paths.length === 1
    ? '1 file that is called like a mask was'
    : `${paths.length} files that are called like masks were`;
}

function shortList(folder: string, paths: readonly string[]): string {
  const names = paths.slice(0, 5).map((path) => relative(folder, path));
  const more = paths.length > names.length ? ` and ${paths.length - names.length} more` : '';
  return `${names.join(', ')}${more}`;
}

/** In one transaction; undo takes them out of the project again and leaves every file where it is. */
export function addImages(project: OpenProject, taken: readonly TakenImage[]): ImageId[] {
  if (taken.length === 0) return [];
  const last = highestOrder(project.store.all('image'));
  const added = taken.map(({ record }, index) => newImage({ ...record, order: last + index + 1 }));
  project.commit({
    diff: { added, changed: [], removed: [] },
    label: added.length === 1 ? `Add ${added[0]?.name}` : `Add ${added.length} images`,
    undo: { added: [], changed: [], removed: added },
    extras: { files: taken.map(({ record, stamp }) => ({ imageId: record.id, stamp })) },
  });
  return added.map(({ id }) => id);
}
