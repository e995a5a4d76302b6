import type { ImageId } from '../../common/document/records.ts';
import { newImage } from '../../common/document/new-records.ts';
import { AppError, isAbort, toWireError, type WireError } from '../../common/errors.ts';

import { highestOrder } from '../../common/document/order.ts';
import type { OpenProject } from '../project/open-projects.ts';
import { findImageFiles } from './find-image-files.ts';
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
  | { readonly type: 'done'; readonly imageIds: ImageId[]; readonly alreadyThere: ImageId[] };

/** Images that wait for one transaction: a large folder is not a thousand flushes, a kill loses only the last few. */
const batchSize = 16;

/**
 * Takes pictures into the project, one undo step a batch. What fails is named and left out; what was taken in before a cancel stays.
 *
 * @throws AppError 'file-not-found' and the like when a source itself cannot be read and it is the only one
 */
export async function* importImages(options: {
  readonly project: OpenProject;
  readonly pictures: Pictures;
  readonly sources: readonly ImageSource[];
  readonly signal: AbortSignal;
}): AsyncGenerator<ImportEvent> {
  const { project, signal } = options;
  const imageIds: ImageId[] = [];
  const alreadyThere: ImageId[] = [];
  let waiting: TakenImage[] = [];
  const idsBySha256 = new Map(project.store.all('image').map((image) => [image.sha256, image.id]));

  const { files, failures } = await expand(options.sources, signal);
  yield* failures;
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
async function expand(sources: readonly ImageSource[], signal: AbortSignal) {
  const files: ImageSource[] = [];
  const failures: ImportEvent[] = [];
  for (const source of sources) {
    if (source.kind === 'bytes') {
      files.push(source);
      continue;
    }
    try {
      const found = await findImageFiles(source.path, signal);
      files.push(...found.map((path) => ({ ...source, path })));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failures.push({ type: 'failed', name: nameOfSource(source), error: toWireError(error) });
    }
  }
  return { files, failures };
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
