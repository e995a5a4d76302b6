import { AppError } from '../../../common/errors.ts';
import { isEmptyMask } from '../../../common/runs.ts';
import { createBreather } from '../breather.ts';
import {
  createLossList,
  type ImportJob,
  type ImportOutcome,
  type InspectJob,
  type Inspection,
  type LossList,
  type Progress,
} from '../format.ts';
import { lastPart } from '../match-images.ts';
import { createNewRecords } from '../new-records.ts';
import { findImages } from '../project-images.ts';
import { withProgress } from '../with-progress.ts';
import type { DatasetReader, FoundDataset, FoundTarget } from './dataset.ts';
import { openTree, withoutEnding } from './file-tree.ts';

/** The import of every format that is a data set: its reader says what is there, the rest is the same for all. */
export async function* importDataset(
  job: ImportJob,
  read: DatasetReader,
): AsyncGenerator<Progress, ImportOutcome> {
  const losses = createLossList();
  const place = { done: 0, total: null as number | null };
  return yield* withProgress(job.signal, {
    news: () => ({ type: 'progress', stage: 'Reading masks', ...place }),
    work: async (signal): Promise<ImportOutcome> => {
      const dataset = await readDataset(job, read, losses, signal);
      const { images, foundBy } = await findImages(
        job,
        dataset.images.map(({ wanted }) => wanted),
        losses,
      );
      const records = createNewRecords(job, losses);
      const known = new Set(dataset.classes.map(({ name }) => name));
      for (const name of Object.keys(job.categoryMap))
        if (!known.has(name)) losses.add('Categories to rename that are not in the file', name);
      for (const { name, supercategory } of dataset.classes) records.categoryFor(name, supercategory);
      const breathe = createBreather(signal);
      const touched = new Set<string>();
      place.total = images.length;
      for (const [index, image] of images.entries()) {
        await breathe();
        place.done++;
        const found = dataset.images[index];
        if (image === null || !found) continue;
        for (const target of await found.targets(image)) {
          await breathe();
          const { where, className, mask, ...facts } = target;
          if (isEmptyMask(mask)) losses.add('Targets left out: their mask is empty', where);
          else if (className !== null && records.isLeftOut(className))
            losses.add('Targets left out: their category was mapped to nothing', where);
          else {
            const categoryId = className === null ? null : records.categoryFor(className);
            const name = facts.name ?? className ?? '';
            const { isNew } = records.addAnnotation({ image, categoryId, mask, ...facts, name });
            if (isNew) touched.add(image.id);
            else losses.add('Targets left out: the same mask is there already', where);
          }
        }
        const { split, licence, wanted } = found;
        records.noteImage(image, { fileName: wanted.name, split, ...(licence ? { licence } : {}) });
      }
      return {
        diff: records.diff(),
        foundBy,
        images: touched.size,
        annotations: records.annotations.length,
        categories: records.annotations.length === 0 ? 0 : records.categories.length,
        losses: losses.losses,
      };
    },
  });
}

export async function inspectDataset(job: InspectJob, read: DatasetReader): Promise<Inspection> {
  const losses = createLossList();
  const dataset = await readDataset(job, read, losses, job.signal);
  const { images } = await findImages(
    job,
    dataset.images.map(({ wanted }) => wanted),
    losses,
  );
  let annotations = 0;
  for (const [index, image] of images.entries()) {
    job.signal.throwIfAborted();
    if (image) annotations += (await dataset.images[index]?.targets(image))?.length ?? 0;
  }
  return {
    images: images.length,
    matchedImages: images.filter((image) => image !== null).length,
    annotations,
    categories: dataset.classes.map(({ name }) => name),
  };
}

async function readDataset(
  job: InspectJob,
  read: DatasetReader,
  losses: LossList,
  signal: AbortSignal,
): Promise<FoundDataset> {
  const tree = await openTree(job.source, signal);
  const endings = new Map<string, string>();
  for (const { name } of job.contents.images)
    endings.set(withoutEnding(lastPart(name)), name.slice(withoutEnding(name).length));
  return read(tree, {
    losses,
    signal,
    withEnding: (path) => `${path}${endings.get(lastPart(path)) ?? ''}`,
  });
}

/** Runs what reads one target; damage is said and the target left out. */
export function targetOrLoss(losses: LossList, where: string, read: () => FoundTarget): FoundTarget | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    losses.add('Targets left out: they cannot be read', `${where}: ${error.message}`);
    return null;
  }
}
