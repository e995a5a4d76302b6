import { imageOfItem } from '../../common/asking-many.ts';
import { AppError } from '../../common/errors.ts';
import { isFinished } from '../../common/document/finished.ts';
import type { ImageId } from '../../common/document/records.ts';
import { grouped } from '../../common/grouped.ts';
import type { JobStatus } from '../../common/job-messages.ts';
import { UsageError } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { failedItems, followJob, type ItemFailure, warnOfFailures } from './follow-job.ts';
import { countOf } from './format-text.ts';
import { type AddedImages, addImages } from './images.ts';
import { readQuestions } from './questions-file.ts';
import { type AppClient, withApp } from './session.ts';
import { wholeProject } from './whole-project.ts';

/** `pixellm ask --images DIR --questions FILE --project P`: a job of the project, found again by --resume. */
export async function askMany(context: CommandContext): Promise<ExitCode> {
  const { input, terminal, signal } = context;
  const project = input.text('project');
  if (project === null) throw new UsageError('--questions needs --project: the answers are kept there.');
  if (input.positionals.length > 0) throw new UsageError('With --questions the images come by --images DIR.');
  refuseWhatIsLeftUndone(input);
  const { questions, repeated } = await readQuestions(input.path('questions') ?? '');
  if (repeated > 0)
    terminal.warn(
      `${countOf(repeated, 'question')} stood in the file again and ${repeated === 1 ? 'is' : 'are'} asked once.`,
    );
  const folder = await findProject(project, context);
  return withApp(context, async (client) => {
    await client.call('project.open', { folder }, { signal });
    const model = input.path('model');
    if (model !== null) await client.call('models.load', { folder: model }, { signal });
    const { imageIds, failed: unread } = await addFolder(client, context);
    const jobs = await jobsOf(client, { imageIds, questions }, context);
    const failures: ItemFailure[] = [];
    for (const job of jobs) failures.push(...(await warnOfFailures(client, job, context)));
    const sum = (count: (job: JobStatus) => number): number => jobs.reduce((all, job) => all + count(job), 0);
    const [done, total, left] = [sum((job) => job.done), sum((job) => job.total), sum((job) => job.failed)];
    const targets = sum(({ figures }) => figures['targets'] ?? 0);
    const missed = unread.length === 0 ? '' : ` ${countOf(unread.length, 'file')} could not be read.`;
    terminal.line(
      jobs.length === 0
        ? `There is nothing to ask: every image has an answer to every question. --again asks anew.${missed}`
        : `Answered ${countOf(done, 'question')} of ${total} with ${countOf(targets, 'target')}; ${left} failed.${missed}`,
    );
    terminal.result({
      job: jobs.at(-1) ?? null,
      jobs,
      failures,
      failedImages: unread.length,
      unread: unread.map(({ name, error: { code, message } }) => ({ name, code, message })),
    });
    return left === 0 && unread.length === 0 ? exitCodes.done : exitCodes.notAllGood;
  });
}

/** Options of a single question that a run does not follow: better said than passed over. */
function refuseWhatIsLeftUndone(input: CommandContext['input']): void {
  for (const name of ['export', 'format', 'overlay', 'masks'])
    if (input.text(name) !== null)
      throw new UsageError(
        `--${name} does not go with --questions: the answers are kept in the project, and "pixellm export" writes them from there.`,
      );
  for (const name of ['threshold', 'history'])
    if (input.text(name) !== null)
      throw new UsageError(
        `--${name} does not go with --questions: each is put on its own, with the model's threshold.`,
      );
  if (input.flag('resume') && input.flag('again'))
    throw new UsageError('--resume goes on and --again starts anew: choose one of them.');
}

interface Request {
  readonly imageIds: ImageId[] | null;
  readonly questions: string[];
}

/** One run; with --resume the one that was broken off, and then whatever has no answer yet. */
async function jobsOf(
  client: AppClient,
  request: Request,
  context: CommandContext,
): Promise<readonly JobStatus[]> {
  if (!context.input.flag('resume'))
    return [await followJob(client, () => start(client, request, context), context)];
  const unfinished = await unfinishedJob(client);
  const jobs: JobStatus[] = [];
  if (unfinished) {
    context.terminal.line(
      `Going on with ${unfinished.title}: ${unfinished.done} of ${unfinished.total} are answered.`,
    );
    jobs.push(await followJob(client, () => client.call('jobs.resume', { id: unfinished.id }), context));
  }
  // A window of this project may have cancelled it meanwhile.
  if (jobs.some((job) => job.state !== 'done')) return jobs;
  for (const open of await unanswered(client, request, jobs, context.signal))
    jobs.push(await followJob(client, () => client.call('chat.askMany', open), context));
  return jobs;
}

/** Images that lack an answer, by the questions that they lack. What failed in `jobs`, just now, would fail again and is left. */
async function unanswered(
  client: AppClient,
  { imageIds, questions }: Request,
  jobs: readonly JobStatus[],
  signal: AbortSignal,
): Promise<{ imageIds: ImageId[]; questions: string[] }[]> {
  const { entities } = await wholeProject(client, signal);
  const failed = new Set<string>();
  for (const { id } of jobs)
    for (const { key } of await failedItems(client, id)) failed.add(imageOfItem(key));
  const answered = new Set(
    entities.flatMap((each) =>
      each.kind === 'turn' && (isFinished(each) || failed.has(each.imageId))
        ? [JSON.stringify([each.imageId, each.question])]
        : [],
    ),
  );
  const wanted = imageIds ?? entities.flatMap((each) => (each.kind === 'image' ? [each.id] : []));
  const missing = grouped(wanted, (id) =>
    JSON.stringify(questions.filter((question) => !answered.has(JSON.stringify([id, question])))),
  );
  return [...missing].flatMap(([key, ids]) => {
    // As it was written just above.
    const lacking = JSON.parse(key) as string[];
    return lacking.length === 0 ? [] : [{ imageIds: [...ids], questions: lacking }];
  });
}

/** Without --images all images of the project are asked about. */
async function addFolder(
  client: AppClient,
  { input, terminal, signal }: CommandContext,
): Promise<{ readonly imageIds: ImageId[] | null; readonly failed: AddedImages['failed'] }> {
  const folder = input.path('images');
  if (folder === null) return { imageIds: null, failed: [] };
  const added = await addImages(client, { paths: [folder], copy: false, terminal, signal });
  const imageIds = [...new Set([...added.imageIds, ...added.alreadyThere])];
  if (imageIds.length === 0)
    throw new AppError('file-not-found', `There is no picture that can be read in ${folder}.`, { folder });
  return { imageIds, failed: added.failed };
}

/** The newest run that something cut short; one that a person cancelled is over for him, and one with failures came to its end. */
async function unfinishedJob(client: AppClient): Promise<JobStatus | undefined> {
  const jobs = await client.call('jobs.list', {});
  return jobs.find(({ kind, state }) => kind === 'ask-many' && state !== 'done' && state !== 'cancelled');
}

async function start(client: AppClient, request: Request, { input }: CommandContext): Promise<JobStatus> {
  const unfinished = await unfinishedJob(client);
  if (unfinished && !input.flag('again')) {
    throw new AppError(
      'bad-input',
      `A run of this project was broken off after ${unfinished.done} of ${unfinished.total}: --resume goes on with it, --again starts anew.`,
      { job: unfinished.id },
    );
  }
  return client.call('chat.askMany', request);
}
