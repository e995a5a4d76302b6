import { z } from 'zod';
import { imageId, type ImageId, type TurnId, type TurnRecord } from '../../common/document/records.ts';
import { targetsOf, turnsOf } from '../../common/document/views.ts';
import { askedItemKey, longestQuestion, mostAskedImages, mostQuestions } from '../../common/asking-many.ts';
import { AppError } from '../../common/errors.ts';
import type { Samples } from '../app/samples.ts';
import type { Pictures } from '../images/pictures.ts';
import { derivedId } from '../jobs/derived-id.ts';
import type { JobKind } from '../jobs/job-service.ts';
import type { JobItem } from '../jobs/job.ts';
import type { ItemResult } from '../jobs/run-items.ts';
import type { ModelService } from '../models/model-service.ts';
import type { OpenProject } from '../project/open-projects.ts';
import { ask } from './ask.ts';
import { namesApart } from './names-apart.ts';
import { isFinished } from '../../common/document/finished.ts';

export const askManyKind = 'ask-many';

/** The same questions put to many images, in the order of the images; the questions of an image follow each other. */
const askManyRequest = z.object({
  imageIds: z.array(imageId).min(1).max(mostAskedImages),
  questions: z.array(z.string().trim().min(1).max(longestQuestion)).min(1).max(mostQuestions),
});
type AskManyRequest = z.infer<typeof askManyRequest>;

interface Asking extends JobItem {
  readonly imageId: ImageId;
  readonly question: string;
}

/** Each answer is an ordinary turn whose masks wait for review. One question at a time: there is one model. */
export function askManyJob(parts: {
  readonly models: ModelService;
  readonly pictures: Pictures;
  readonly samples: Samples;
}): JobKind {
  return {
    kind: askManyKind,
    plan({ request, jobId, project }) {
      const { data } = askManyRequest.safeParse(request);
      if (!data) throw new AppError('bad-input', 'The questions of this job cannot be read.');
      const items = itemsOf(data, project);
      const byKey = new Map(items.map((item) => [item.key, item]));
      return {
        items,
        concurrency: 1,
        async work({ key }, signal) {
          const item = byKey.get(key);
          if (!item) throw new Error('Broken assumption: a job works on its own items');
          return askOnce({ ...parts, project, signal }, item, jobId);
        },
      };
    },
  };
}

function itemsOf({ imageIds, questions }: AskManyRequest, { store }: OpenProject): Asking[] {
  // Among all of the project: what an image is called must not hang on which others are asked about.
  const names = namesApart(store.all('image'));
  return imageIds.flatMap((id) => {
    const name = names.get(id) ?? 'an image that was removed';
    return questions.map((question, number) => ({
      key: askedItemKey(id, number),
      label: questions.length === 1 ? name : `${name}: ${question}`,
      imageId: id,
      question,
    }));
  });
}

type Surroundings = Parameters<typeof askManyJob>[0] & {
  readonly project: OpenProject;
  readonly signal: AbortSignal;
};

/**
 * The turn's id follows from job and item, so that an answer which reached the project before a kill is found and not asked for again. One that
 * failed or was broken off is replaced; a failure of an earlier run is, too, or they would pile up.
 */
async function askOnce(around: Surroundings, item: Asking, jobId: string): Promise<ItemResult> {
  const { store } = around.project;
  let replaced: TurnRecord | null = null;
  let attempt = 0;
  for (; ; attempt++) {
    const known = store.entities.get(turnIdOf(jobId, item, attempt));
    if (known?.kind !== 'turn') break;
    if (isFinished(known)) return resultOf(around.project, known);
    replaced = known;
  }
  replaced ??= failedBefore(around.project, item);
  const turnId = turnIdOf(jobId, item, attempt);
  const { imageId: id, question } = item;
  // Each on its own: what a question is answered with must not depend on the list's order, nor on which of them had to be asked again.
  const asked = {
    ...{ imageId: id, question, references: [], turnId, replaceTurnId: replaced?.id ?? null },
    historyTurns: 0,
    // What was asked of this image since, by the job or by a person, has nothing to do with the answer that failed.
    keepsLaterTurns: true,
  };
  for await (const event of ask({ ...around, ...asked })) void event;
  around.signal.throwIfAborted();
  const turn = store.entities.get(turnId);
  if (turn?.kind !== 'turn') throw new AppError('cancelled', 'The answer was not kept.');
  if (isFinished(turn)) return resultOf(around.project, turn);
  const { code, message } = turn.error ?? { code: 'internal', message: 'The answer was broken off.' };
  // Holds because a turn's error was made from an AppError's code.
  throw new AppError(code as AppError['code'], message);
}

/** An earlier try at the same question that brought nothing, of another run or of a person: an answer takes its place. */
function failedBefore({ store }: OpenProject, { imageId: id, question }: Asking): TurnRecord | null {
  const isTry = (turn: TurnRecord): boolean =>
    turn.question === question && turn.references.length === 0 && turn.answer === null && !isFinished(turn);
  return turnsOf(store.document, id).find(isTry) ?? null;
}

function turnIdOf(jobId: string, { key }: Asking, attempt: number): TurnId {
  return derivedId(jobId, key, String(attempt)) as TurnId; // ids are branded strings
}

function resultOf({ store }: OpenProject, turn: TurnRecord): ItemResult {
  const targets = targetsOf(store.document, turn.id);
  return {
    note: (turn.answer ?? []).map(({ text }) => text).join(''),
    figures: { targets: targets.length, empty: targets.filter(({ empty }) => empty).length },
  };
}
