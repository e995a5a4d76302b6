import { tooMuchToAsk } from '../../common/asking-many.ts';
import { cutText } from '../../common/cut-text.ts';
import { byOrder } from '../../common/document/order.ts';
import { AppError } from '../../common/errors.ts';
import type { Samples } from '../app/samples.ts';
import type { HandlersOf } from '../app-handlers.ts';
import type { Pictures } from '../images/pictures.ts';
import type { JobService } from '../jobs/job-service.ts';
import type { ModelService } from '../models/model-service.ts';
import type { OpenProjects } from '../project/open-projects.ts';
import { ask } from './ask.ts';
import { askManyKind } from './ask-many.ts';
import { readAhead } from './read-ahead.ts';
import { redrawWith, restoreTarget, rethreshold } from './redraw.ts';
import { suggestQuestions } from './suggest.ts';

export function chatCalls(parts: {
  readonly projects: OpenProjects;
  readonly pictures: Pictures;
  readonly samples: Samples;
  readonly models: ModelService;
  readonly jobs: JobService;
}): HandlersOf<'chat'> {
  const { projects, samples, models, pictures, jobs } = parts;
  return {
    'chat.ask': (input, caller) =>
      projects.during(caller, (project, signal) => ask({ ...parts, ...input, project, signal })),
    'chat.askMany': async ({ imageIds, questions }, { connection }) => {
      const { store } = await projects.of(connection);
      const wanted =
        imageIds ??
        store
          .all('image')
          .toSorted(byOrder)
          .map(({ id }) => id);
      // What stands there twice is asked once.
      const request = { imageIds: [...new Set(wanted)], questions: [...new Set(questions)] };
      const why = tooMuchToAsk(request.questions, request.imageIds.length);
      if (why !== null) throw new AppError('bad-input', why);
      const [first = ''] = request.questions;
      const more = request.questions.length > 1 ? ` and ${request.questions.length - 1} more` : '';
      return jobs.start(connection, {
        kind: askManyKind,
        title: `Ask “${oneLine(first)}”${more}`,
        request,
      });
    },
    'chat.readAhead': ({ imageId }, caller) =>
      projects.use(caller, async ({ store }, signal) => ({
        isDone: await readAhead({ store, imageId, models, pictures, signal }),
      })),
    'chat.suggest': async ({ imageId }, { connection }) => {
      const { store } = await projects.of(connection);
      return suggestQuestions(store, imageId, { samples, card: await models.card() });
    },
    'chat.rethreshold': ({ annotationId, threshold }, caller) =>
      projects.use(caller, ({ store }, signal) =>
        rethreshold(store, annotationId, threshold, redrawWith(models, signal)),
      ),
    'chat.restoreTarget': (target, caller) =>
      projects.use(caller, async (project, signal) => ({
        revision: await restoreTarget(project, target, redrawWith(models, signal)),
      })),
  };
}

/** As much of a question as a title shows. */
function oneLine(question: string): string {
  const words = question.replace(/\s+/gu, ' ');
  return words.length > 60 ? `${cutText(words, 59).trimEnd()}…` : words;
}
