import { createBreather } from '../breather.ts';
import { openTree, withoutEnding } from '../dataset/file-tree.ts';
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
import { startQuestions } from '../muse/muse-import.ts';
import { findImages } from '../project-images.ts';
import { withProgress } from '../with-progress.ts';
import type { QuestionEntry, QuestionReader } from './question-set.ts';

/** The import of every format of questions with masks. */
export async function* importQuestions(
  job: ImportJob,
  read: QuestionReader,
): AsyncGenerator<Progress, ImportOutcome> {
  const losses = createLossList();
  const place = { done: 0, total: null as number | null };
  return yield* withProgress(job.signal, {
    news: () => ({ type: 'progress', stage: 'Reading questions and masks', ...place }),
    work: async (signal): Promise<ImportOutcome> => {
      const entries = await entriesOf(job, read, { losses, signal });
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
        questions.take({ ...facts, ...found }, image);
      }
      return { ...questions.outcome(), foundBy, losses: losses.losses };
    },
  });
}

export async function inspectQuestions(job: InspectJob, read: QuestionReader): Promise<Inspection> {
  const losses = createLossList();
  const entries = await entriesOf(job, read, { losses, signal: job.signal });
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

async function entriesOf(
  job: InspectJob,
  read: QuestionReader,
  { losses, signal }: { readonly losses: LossList; readonly signal: AbortSignal },
): Promise<readonly QuestionEntry[]> {
  const tree = await openTree(job.source, signal);
  const endings = new Map<string, string>();
  for (const { name } of job.contents.images)
    endings.set(withoutEnding(lastPart(name)), name.slice(withoutEnding(name).length));
  const withEnding = (path: string): string => `${path}${endings.get(lastPart(path)) ?? ''}`;
  return read(tree, { losses, signal, withEnding });
}
