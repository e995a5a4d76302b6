import { createBreather } from '../../app/breather.ts';
import { readTree } from '../dataset/read-tree.ts';
import {
  createLossList,
  type ImportJob,
  type ImportOutcome,
  type InspectJob,
  type Inspection,
  type Progress,
} from '../format.ts';
import { startQuestions } from '../muse/muse-import.ts';
import { oneStageImport } from '../one-stage-import.ts';
import { findImages } from '../project-images.ts';
import type { QuestionReader } from './question-set.ts';

/** The import of every format of questions with masks. */
export function importQuestions(
  job: ImportJob,
  read: QuestionReader,
): AsyncGenerator<Progress, ImportOutcome> {
  return oneStageImport(job, 'Reading questions and masks', async (tools) => {
    const { losses, signal, place } = tools;
    const entries = await readTree(job, read, tools);
    const wanted = entries.map((entry) => entry.wanted);
    const { images, foundBy } = await findImages(job, wanted, losses);
    const questions = startQuestions(job, losses);
    const breathe = createBreather(signal);
    place.total = entries.length;
    for (const [index, entry] of entries.entries()) {
      await breathe();
      place.done++;
      const image = images[index] ?? null;
      if (image === null) continue;
      const { width, height } = image;
      const found = await entry.read({ width, height });
      const facts = { image: entry.wanted.name, sha256: null, index, width, height };
      questions.take({ ...facts, ...found, own: { split: entry.split ?? null } }, image);
    }
    return { ...questions.outcome(), foundBy };
  });
}

export async function inspectQuestions(job: InspectJob, read: QuestionReader): Promise<Inspection> {
  const losses = createLossList();
  const entries = await readTree(job, read, { losses, signal: job.signal });
  const wanted = entries.map((entry) => entry.wanted);
  const { images } = await findImages(job, wanted, losses);
  let annotations = 0;
  const categories = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    job.signal.throwIfAborted();
    const image = images[index];
    if (!image) continue;
    const { instances, questions } = await entry.read(image);
    const targets = [...instances, ...questions.flatMap((question) => question.targets)];
    annotations += targets.length;
    for (const { category } of targets) if (category !== '') categories.add(category);
  }
  const matchedImages = images.filter((image) => image !== null).length;
  return { images: images.length, matchedImages, annotations, categories: [...categories] };
}
