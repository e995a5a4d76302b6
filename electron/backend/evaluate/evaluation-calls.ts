import { AppError } from '../../common/errors.ts';
import { allowedPath, isInside } from '../app/allowed-paths.ts';
import type { AppHandlers, HandlersOf } from '../app-handlers.ts';
import type { Host } from '../host.ts';
import type { OpenProjects } from '../project/open-projects.ts';
import { createMuseIndexes, placeOfQuestion, type MuseIndex } from './browse/muse-index.ts';
import { searchMuse } from './browse/search-muse.ts';
import { showQuestion } from './browse/show-question.ts';
import { compareRuns, type Comparison } from './compare/compare-runs.ts';
import { comparisonCards } from './compare/comparison-cards.ts';
import { comparisonHtml } from './compare/comparison-html.ts';
import { correctionsOf, withCorrections } from './compare/corrections.ts';
import { readRun, type Run } from './compare/run.ts';
import { evaluationsFolder, listEvaluations } from './evaluations-folder.ts';

type CompareInput = Parameters<AppHandlers['evaluations.compare']>[0];
type Caller = Parameters<AppHandlers['evaluations.compare']>[1];

/** Cards of each kind: each carries a picture and every mask. */
const shownInApp = 12;
const shownInPage = 24;

export function evaluationCalls(parts: {
  readonly host: Host;
  readonly projects: OpenProjects;
}): HandlersOf<'evaluations' | 'browse'> {
  const { host } = parts;
  const indexes = createMuseIndexes();
  return {
    'evaluations.list': () => listEvaluations(host.dataFolder),
    'evaluations.compare': async (input, caller) => {
      const compared = await comparisonOf(parts, input, caller, shownInApp);
      const { runs, changed, worst, paired, unpaired, images, figures, byKind } = compared;
      const cardFor = await comparisonCards(runs, new Set([...changed, ...worst]));
      const cards = async (subjects: readonly string[]) => {
        const all = [];
        for (const subject of subjects) {
          caller.signal.throwIfAborted();
          all.push((await cardFor(subject)) ?? []);
        }
        return all.flat();
      };
      return {
        runs: runs.map(({ name, path }) => ({ name, path })),
        ...{ paired, unpaired, images, figures, byKind },
        changed: await cards(changed),
        worst: await cards(worst),
      };
    },
    'evaluations.page': async (input, caller) => {
      const compared = await comparisonOf(parts, input, caller, shownInPage);
      let html = '';
      for await (const piece of comparisonHtml(compared, caller.signal)) html += piece;
      return { html };
    },
    'browse.open': async function* ({ path }, { signal }) {
      const file = await allowedPath(host, path);
      const news: { done: number; total: number }[] = [];
      let wake = (): void => undefined;
      const reading = indexes.of(file, {
        signal,
        onBytes(done, total) {
          news.push({ done, total });
          wake();
        },
      });
      const isOver = reading.then(
        () => true,
        () => true,
      );
      for (let over = false; !over; ) {
        over = await Promise.race([isOver, new Promise<false>((resolve) => (wake = () => resolve(false)))]);
        const latest = news.at(-1);
        news.length = 0;
        if (latest) yield { type: 'progress', stage: 'Reading', ...latest };
      }
      const { records, questions, categories, mostTargets } = await reading;
      yield {
        ...{ type: 'done', records: records.images.length, questions: questions.texts.length, mostTargets },
        categories: categories.map(({ name, count }) => ({ name, count })),
      };
    },
    'browse.list': async ({ path, offset, limit, ...search }, { signal }) => {
      const index = await indexes.of(await allowedPath(host, path), { signal });
      const found = await searchMuse(index, search, signal);
      const rows = found.slice(offset, offset + limit).map((question) => {
        const { record, place } = placeOfQuestion(index, question);
        return {
          ...{ key: `${record}/${place}`, image: index.records.images.at(record) },
          ...{
            question: index.questions.texts.at(question),
            targets: index.questions.targets[question] ?? 0,
          },
        };
      });
      return { total: found.length, rows };
    },
    'browse.show': async ({ path, key, images }, { signal }) => {
      const file = await allowedPath(host, path);
      const folder = images === null ? null : await allowedPath(host, images);
      const index = await indexes.of(file, { signal });
      const question = questionOfKey(index, key);
      if (question === null)
        throw new AppError('bad-input', 'The file has no such question any more: open it again.', { key });
      // Pictures lie where the file says: a link among them must not lead out of what this door may read.
      const mayRead = (picture: string) => allowedPath(host, picture);
      return showQuestion(file, { index, question, images: folder, mayRead, signal });
    },
  };
}

/** @param key record/place, as `browse.list` gives it */
function questionOfKey(index: MuseIndex, key: string): number | null {
  const [record = -1, place = -1] = key.split('/').map(Number);
  const first = index.records.firstQuestions[record];
  const next = index.records.firstQuestions[record + 1] ?? index.questions.texts.length;
  return first !== undefined && place >= 0 && first + place < next ? first + place : null;
}

async function comparisonOf(
  { host, projects }: { readonly host: Host; readonly projects: OpenProjects },
  { paths, corrections: role }: CompareInput,
  caller: Caller,
  shown: number,
): Promise<Comparison> {
  const runs: Run[] = [];
  for (const path of paths) runs.push(await readRun(await resultPath(host, path)));
  if (role === 'none') return compareRuns(runs, { shown });
  const corrected = await projects.use(caller, ({ store }) =>
    store.asItStands((document) => withCorrections(runs, correctionsOf(document, store.info.name), role)),
  );
  return compareRuns(corrected, { shown });
}

/** The app's own results are open to every door. */
async function resultPath(host: Host, path: string): Promise<string> {
  if (isInside(evaluationsFolder(host.dataFolder), path)) return path;
  return allowedPath(host, path);
}
