import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { checkEnding } from '../../backend/formats/pictures/picture-ending.ts';
import type { ImageId } from '../../common/document/records.ts';
import { longestQuestion } from '../../common/asking-many.ts';
import { AppError } from '../../common/errors.ts';
import { type AnsweredImage, answerOf } from './answer.ts';
import { answerToJson, describeAnswer } from './answer-report.ts';
import { UsageError } from './arguments.ts';
import { applyThreshold } from './apply-threshold.ts';
import type { Command, CommandContext } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { exportTo } from './export.ts';
import { findProject } from './find-project.ts';
import { isThere } from './image-paths.ts';
import { askMany } from './ask-many.ts';
import { addImages } from './images.ts';
import { outputGuard } from './output-guard.ts';
import { type AppClient, withApp } from './session.ts';
import { wholeProject } from './whole-project.ts';

export const askCommand: Command = {
  name: 'ask',
  summary: 'Ask about images; get the answer and a mask for each thing it names',
  usage: 'IMAGE... "QUESTION"',
  details:
    'Example: pixellm ask photo.jpg "What can I drink from?" --export coco.json --overlay seen.png\n' +
    'Over many: pixellm ask --images photos --questions questions.txt --project Kitchen --resume\n' +
    `Exit code ${exitCodes.notAllGood} when some of several images could not be read or answered.`,
  options: {
    model: {
      type: 'string',
      value: 'DIR',
      help: 'model folder (the one in the settings, or the bundled one)',
    },
    project: { type: 'string', value: 'DIR', help: 'keep images and answers in this project' },
    export: { type: 'string', value: 'PATH', help: 'write the masks in a format (see --format)' },
    format: { type: 'string', short: 'f', value: 'ID', help: 'format of --export (coco)' },
    overlay: {
      type: 'string',
      value: 'PATH',
      help: 'write the images with their masks drawn on them: a .png for one image, a folder or a .zip',
    },
    masks: { type: 'string', value: 'DIR', help: 'write one black and white PNG per mask' },
    questions: {
      type: 'string',
      value: 'FILE',
      help: 'put every question of this file (a line each, JSON or .csv) to every image, as a job of --project',
    },
    images: { type: 'string', value: 'DIR', help: 'with --questions: the folder of the images' },
    resume: {
      type: 'boolean',
      help: 'with --questions: go on with the run that was broken off, and ask what has no answer yet',
    },
    again: { type: 'boolean', help: 'with --questions: start anew although a run was broken off' },
    replace: { type: 'boolean', help: 'results may replace files that this app did not write' },
    threshold: {
      type: 'string',
      value: 'X',
      help: 'logit a pixel must exceed to be in a mask, from -50 to 50 (0)',
    },
    history: {
      type: 'string',
      value: 'N',
      help: 'tell the model of at most N earlier questions of --project; 0 asks on its own',
    },
  },
  positionals: { min: 0, max: Number.POSITIVE_INFINITY },

  async run(context) {
    if (context.input.path('questions') !== null) return askMany(context);
    for (const name of ['images', 'resume', 'again'])
      if (context.input.flag(name) || (name === 'images' && context.input.text(name) !== null))
        throw new UsageError(`--${name} goes with --questions FILE, for many images.`);
    if (context.input.positionals.length < 2)
      throw new UsageError('"pixellm ask" needs IMAGE... "QUESTION".');
    const request = await readRequest(context);
    if (request.project !== null) {
      const { project } = request;
      return withApp(context, (client) => askIn(project, request, client, context));
    }
    const folder = await mkdtemp(join(tmpdir(), 'pixellm-ask-'));
    try {
      return await withApp(context, (client) => askInPassing(folder, request, client, context));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface AskRequest {
  readonly paths: readonly string[];
  readonly question: string;
  readonly threshold: number | null;
  readonly historyTurns: number | null;
  readonly model: string | null;
  readonly project: string | null;
}

async function readRequest(context: CommandContext): Promise<AskRequest> {
  const { input } = context;
  const question = input.positionals.at(-1)?.trim() ?? '';
  if (question === '') throw new UsageError('The question is empty.');
  if (question.length > longestQuestion)
    throw new UsageError(
      `The question has ${question.length} characters; at most ${longestQuestion} can be asked at once.`,
    );
  if (await isThere(input.resolve(question)))
    throw new UsageError(`The question is missing: "${question}" is a file.`);
  await checkResults(context);
  const project = input.text('project');
  return {
    question,
    paths: input.positionals.slice(0, -1).map(input.resolve),
    threshold: input.number('threshold', { min: -50, max: 50 }),
    historyTurns: input.number('history', { min: 0, max: 1000, whole: true }),
    model: input.path('model'),
    project: project === null ? null : await findProject(project, context),
  };
}

/** Whether the results can be written is known before anything is asked, which may take long. */
async function checkResults(context: CommandContext): Promise<void> {
  const { input } = context;
  const guard = await outputGuard(context, input.positionals.slice(0, -1).map(input.resolve));
  for (const name of ['overlay', 'masks']) {
    const path = input.path(name);
    if (path !== null) checkEnding(path);
  }
  for (const path of [input.path('export'), input.path('overlay')]) {
    // Without an ending it is a folder, which is made.
    if (path !== null && extname(path) !== '') await guard.place(path);
  }
}

/** Asks in a project that nobody will see again: it must not stay among the recent ones. */
async function askInPassing(
  parent: string,
  request: AskRequest,
  client: AppClient,
  context: CommandContext,
): Promise<ExitCode> {
  const { project } = await client.call('project.create', { name: 'Questions', parent }, context);
  try {
    return await askIn(project.folder, request, client, context);
  } finally {
    // A list that cannot be written does not name it either; the answer stands.
    await client.call('project.forget', { folder: project.folder }).catch(() => undefined);
  }
}

async function askIn(
  folder: string,
  request: AskRequest,
  client: AppClient,
  context: CommandContext,
): Promise<ExitCode> {
  const { paths, question, threshold, model } = request;
  const { terminal, signal } = context;
  await client.call('project.open', { folder }, { signal });
  if (model !== null) await client.call('models.load', { folder: model }, { signal });
  const added = await addImages(client, { paths, copy: false, terminal, signal });
  const imageIds = [...new Set([...added.imageIds, ...added.alreadyThere])];
  if (imageIds.length === 0) throw noImage(added.failed, paths);

  const answers: AnsweredImage[] = [];
  for (const imageId of imageIds) {
    if (imageIds.length > 1) terminal.line(`${await nameOf(client, imageId)}:`);
    const fresh = await ask(client, imageId, request, context);
    const answer = threshold === null ? fresh : await applyThreshold(client, fresh, threshold);
    describeAnswer(answer, terminal);
    answers.push(answer);
  }
  const files = await writeResults(client, answers, context);
  terminal.result({ question, answers: answers.map(answerToJson), failed: added.failed, files });
  const isAllGood = added.failed.length === 0 && answers.every((answer) => answer.outcome !== 'failed');
  return isAllGood ? exitCodes.done : exitCodes.notAllGood;
}

/** Streams one answer to the terminal and returns what the project holds of it. */
async function ask(
  client: AppClient,
  imageId: ImageId,
  { question, historyTurns }: AskRequest,
  { terminal, signal }: CommandContext,
): Promise<AnsweredImage> {
  for await (const event of client.stream('chat.ask', { imageId, question, historyTurns }, { signal })) {
    if (event.type === 'stage') terminal.progress({ stage: event.stage, done: 0, total: null });
    else if (event.type === 'text') terminal.write(event.delta);
    else if (event.type === 'done') {
      terminal.line();
      return answerOf(await wholeProject(client, signal), event.turnId);
    }
  }
  throw new AppError('bad-message', 'The answer ended without saying so.');
}

/** Writes what the options ask for, by the formats of the app, for the images that were asked about. */
async function writeResults(
  client: AppClient,
  answers: readonly AnsweredImage[],
  context: CommandContext,
): Promise<string[]> {
  const { input } = context;
  const imageIds = answers.map(({ image }) => image.id);
  const wanted = [
    { format: input.text('format') ?? 'coco', path: input.path('export') },
    { format: 'overlay', path: input.path('overlay') },
    { format: 'masks-png', path: input.path('masks') },
  ];
  const files: string[] = [];
  for (const { format, path } of wanted) {
    if (path === null) continue;
    const done = await exportTo(
      client,
      { format, path, imageIds, options: {}, replace: input.flag('replace') },
      context,
    );
    files.push(...done.files);
  }
  return files;
}

async function nameOf(client: AppClient, imageId: ImageId): Promise<string> {
  const { entities } = await wholeProject(client);
  const image = entities.find((entity) => entity.kind === 'image' && entity.id === imageId);
  return image?.kind === 'image' ? image.name : imageId;
}

function noImage(
  failed: readonly { readonly name: string; readonly error: { message: string } }[],
  paths: readonly string[],
): AppError {
  if (failed.length === 0)
    return new AppError('file-not-found', `There is no picture that can be read in ${paths.join(', ')}.`, {
      paths,
    });
  const names = failed.map(({ name }) => basename(name));
  return new AppError('not-an-image', `No image could be read (${names.join(', ')}).`, { names });
}
