import { readFile } from 'node:fs/promises';
import { fileError } from '../../backend/app/file-errors.ts';
import { AppError } from '../../common/errors.ts';
import type { ImageId } from '../../common/document/records.ts';
import type { JobStatus } from '../../common/job-messages.ts';
import { UsageError } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { followJob, warnOfFailures } from './follow-job.ts';
import { countOf } from './format-text.ts';
import { addImages } from './images.ts';
import { type AppClient, withApp } from './session.ts';

/** `pixellm ask --images DIR --questions FILE --project P`: a job of the project, found again by --resume. */
export async function askMany(context: CommandContext): Promise<ExitCode> {
  const { input, terminal, signal } = context;
  const project = input.text('project');
  if (project === null) throw new UsageError('--questions needs --project: the answers are kept there.');
  if (input.positionals.length > 0) throw new UsageError('With --questions the images come by --images DIR.');
  const questions = await readQuestions(input.path('questions') ?? '');
  const folder = await findProject(project, context);
  return withApp(context, async (client) => {
    await client.call('project.open', { folder }, { signal });
    const model = input.path('model');
    if (model !== null) await client.call('models.load', { folder: model }, { signal });
    const { imageIds, failed } = await addFolder(client, context);
    const request = { imageIds, questions };
    const job = await followJob(client, () => startOrResume(client, request, context), context);
    await warnOfFailures(client, job, context);
    const { targets = 0 } = job.figures;
    terminal.line(
      `Answered ${countOf(job.done, 'question')} of ${job.total} with ${countOf(targets, 'target')}; ${job.failed} failed.`,
    );
    terminal.result({ job, failedImages: failed });
    return job.failed === 0 && failed === 0 ? exitCodes.done : exitCodes.notAllGood;
  });
}

/** A line each, or a JSON list of texts. */
async function readQuestions(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  const questions = text.trimStart().startsWith('[') ? questionsOfJson(text, path) : text.split(/\r?\n/u);
  const asked = questions
    .map((question) => question.replace(/^\uFEFF/u, '').trim())
    .filter((line) => line !== '');
  if (asked.length === 0) throw new AppError('bad-file', `There is no question in ${path}.`, { path });
  return asked;
}

function questionsOfJson(text: string, path: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  } catch {
    // Said below, as for JSON of another shape.
  }
  throw new AppError('bad-file', `${path} is neither a list of texts in JSON nor a question on each line.`, {
    path,
  });
}

/** Without --images all images of the project are asked about. */
async function addFolder(
  client: AppClient,
  { input, terminal, signal }: CommandContext,
): Promise<{ readonly imageIds: ImageId[] | null; readonly failed: number }> {
  const folder = input.path('images');
  if (folder === null) return { imageIds: null, failed: 0 };
  const added = await addImages(client, { paths: [folder], copy: false, terminal, signal });
  const imageIds = [...new Set([...added.imageIds, ...added.alreadyThere])];
  if (imageIds.length === 0)
    throw new AppError('file-not-found', `There is no picture that can be read in ${folder}.`, { folder });
  return { imageIds, failed: added.failed.length };
}

async function startOrResume(
  client: AppClient,
  request: { readonly imageIds: ImageId[] | null; readonly questions: string[] },
  { input, terminal }: CommandContext,
): Promise<JobStatus> {
  const unfinished = (await client.call('jobs.list', {})).find(
    ({ kind, state, failed }) => kind === 'ask-many' && (state !== 'done' || failed > 0),
  );
  if (unfinished && input.flag('resume')) {
    terminal.line(
      `Going on with ${unfinished.title}: ${unfinished.done} of ${unfinished.total} are answered.`,
    );
    return client.call('jobs.resume', { id: unfinished.id });
  }
  if (unfinished && unfinished.state !== 'done' && !input.flag('again')) {
    throw new AppError(
      'bad-input',
      `A run of this project was broken off after ${unfinished.done} of ${unfinished.total}: --resume goes on with it, --again starts anew.`,
      { job: unfinished.id },
    );
  }
  return client.call('chat.askMany', request);
}
