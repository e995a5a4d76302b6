import type { ImageRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { isEmptyMask } from '../../../common/runs.ts';
import { createBreather } from '../../app/breather.ts';
import {
  createLossList,
  type ImportJob,
  type ImportOutcome,
  type InspectJob,
  type Inspection,
  type LossList,
  type Progress,
} from '../format.ts';
import { createNewRecords, noteUnknownCategories, type NewRecords } from '../new-records.ts';
import { oneStageImport } from '../one-stage-import.ts';
import { findImages } from '../project-images.ts';
import type { DatasetReader, FoundTarget } from './dataset.ts';
import { readTree } from './read-tree.ts';

/** The import of every format that is a data set: its reader says what is there, the rest is the same for all. */
export function importDataset(job: ImportJob, read: DatasetReader): AsyncGenerator<Progress, ImportOutcome> {
  return oneStageImport(job, 'Reading masks', async (tools) => {
    const { losses, signal, place } = tools;
    const dataset = await readTree(job, read, tools);
    const wanted = dataset.images.map((image) => image.wanted);
    const { images, foundBy } = await findImages(job, wanted, losses);
    const records = createNewRecords(job, losses);
    noteUnknownCategories(
      job,
      dataset.classes.map(({ name }) => name),
      losses,
    );
    for (const { name, ...facts } of dataset.classes) records.categoryFor(name, facts);
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
        if (takeTarget(records, losses, image, target)) touched.add(image.id);
      }
      const { split, facts = {} } = found;
      // The part that the file is says more than the mark that an image had.
      records.noteImage(image, {
        ...facts,
        fileName: found.wanted.name,
        split: split ?? facts.split ?? null,
      });
    }
    return {
      diff: records.diff(),
      foundBy,
      images: touched.size,
      annotations: records.count,
      categories: records.count === 0 ? 0 : records.categories.length,
    };
  });
}

/** Adds one target or says why not. @returns whether it was added */
function takeTarget(
  records: NewRecords,
  losses: LossList,
  image: ImageRecord,
  { where, className, mask, ...facts }: FoundTarget,
): boolean {
  const leftOut = (why: string): boolean => {
    losses.add(why, where);
    return false;
  };
  if (isEmptyMask(mask)) return leftOut('Targets left out: their mask is empty');
  if (className !== null && records.isLeftOut(className))
    return leftOut('Targets left out: their category was mapped to nothing');
  const categoryId = className === null ? null : records.categoryFor(className);
  const name = facts.name ?? null;
  const { isNew } = records.addAnnotation({ image, categoryId, mask, ...facts, name, className });
  return isNew || leftOut('Targets left out: the same mask is there already');
}

export async function inspectDataset(job: InspectJob, read: DatasetReader): Promise<Inspection> {
  const losses = createLossList();
  const dataset = await readTree(job, read, { losses, signal: job.signal });
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
