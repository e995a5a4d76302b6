import { createHash } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { providerRequests } from '../../../native-models/names.ts';
import type { ModelEvaluation } from '../../backend/evaluate/evaluate-model.ts';
import { wordsJudge, type Judge } from '../../backend/evaluate/judge.ts';
import { reportText } from '../../backend/evaluate/report-text.ts';
import { placeToWrite } from '../../backend/app/place-to-write.ts';
import { writeFileWhole } from '../../backend/formats/atomic-file.ts';
import { AppError } from '../../common/errors.ts';
import { nodeHost } from '../node-host.ts';
import { UsageError } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { outputGuard } from './output-guard.ts';
import { isThere } from './image-paths.ts';

/** A sheet of this many is still looked through. */
const worstShown = 24;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'Put the questions of a MUSE file to a model and measure its answers',
  usage: 'MUSE.json|FOLDER',
  details:
    'Figures: gIoU and cIoU over questions with targets, sets with every target found at IoU > 0.5 and nothing else named, ' +
    "precision and recall at 0.5, exact texts, yes/no, what was asked for but is not there; the paper's protocol over images, COCO AP, boundary IoU.\n" +
    'Each answer is written to the result file as it comes: after Ctrl-C, a kill or a full disk --resume goes on.\n' +
    'Example: pixellm evaluate scenes/muse.json --images scenes/images --worst worst.png --json > result.json',
  options: {
    images: { type: 'string', value: 'DIR', help: 'folder of the images (images/ beside the file)' },
    model: { type: 'string', value: 'DIR', help: 'model folder (the bundled one)' },
    provider: { type: 'string', value: 'P', help: `${providerRequests.join(', ')} (cpu)` },
    threads: { type: 'string', value: 'N', help: 'threads (chosen from the machine)' },
    threshold: { type: 'string', value: 'X', help: 'logit a pixel must exceed to be in a mask (0)' },
    limit: { type: 'string', value: 'N', help: 'stop after N questions' },
    out: { type: 'string', value: 'FILE', help: 'result file, a line for each answer (in the data folder)' },
    format: {
      type: 'string',
      short: 'f',
      value: 'ID',
      help: 'muse; reason-seg: a folder of pictures with a .json each; refcoco: a folder with refs(…).p and instances.json; grand-f (muse)',
    },
    resume: { type: 'boolean', help: 'go on after what is in the result file' },
    judge: {
      type: 'string',
      value: 'WHO',
      help: 'who says whether words fit: none, words (offline, no language model), or the address of an endpoint (none)',
    },
    'judge-model': {
      type: 'string',
      value: 'NAME',
      help: 'model of that endpoint; the key comes from PIXELLM_API_KEY',
    },
    pixellm: {
      type: 'boolean',
      help: "ask and measure as the PixelLM repository's validation does, oddities included",
    },
    replace: { type: 'boolean', help: 'that picture may replace a file that this app did not write' },
    worst: { type: 'string', value: 'PNG', help: `write a picture of the ${worstShown} worst answers` },
  },
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal } = context;
    const sheet = input.path('worst');
    // Known before hours of answers, not after.
    const guard = await outputGuard(context, input.positionals.map(input.resolve));
    if (sheet !== null) await guard.place(sheet);
    const resultFile = await resultFileOf(context);
    const result = await evaluate(context, resultFile);
    const { evaluation, device } = result;
    const { model } = evaluation.header;
    terminal.line(`${model.name}, ${model.precision}, on ${device.provider}: ${model.folder}`);
    terminal.line();
    terminal.line(reportText(evaluation));
    terminal.line(`All answers: ${resultFile}`);
    if (sheet !== null) {
      const { worstAnswersPng } = await import('../../backend/evaluate/worst-sheet.ts');
      const picture = await worstAnswersPng(evaluation.worst);
      await writeFileWhole(sheet, [picture], { guard, signal: new AbortController().signal });
      terminal.line(`The ${evaluation.worst.length} worst answers: ${sheet}`);
    }
    terminal.result(toJson(result, resultFile));
    if (evaluation.isCutShort) {
      terminal.warn('Interrupted. These figures are of what was answered until then; --resume goes on.');
      return exitCodes.interrupted;
    }
    return evaluation.failed.length === 0 ? exitCodes.done : exitCodes.notAllGood;
  },
};

/** One that the person names is never written over; ours in the data folder is the latest run of these questions and this model. */
async function resultFileOf({ input, folders }: CommandContext): Promise<string> {
  const named = input.path('out');
  if (named !== null) {
    await placeToWrite(named);
    if (!input.flag('resume') && (await isThere(named)))
      throw new AppError('bad-input', `There is already something at ${named}: --resume goes on with it.`, {
        path: named,
      });
    return named;
  }
  const museFile = input.resolve(input.positionals[0] ?? '');
  const what = [
    museFile,
    input.path('model'),
    input.text('threshold'),
    input.text('judge'),
    input.flag('pixellm'),
  ];
  const hash = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 10);
  const { boundEvaluations, evaluationsFolder } = await import(
    '../../backend/evaluate/evaluations-folder.ts'
  );
  const path = join(
    evaluationsFolder(folders.data),
    `${basename(museFile, extname(museFile))}-${hash}.jsonl`,
  );
  await boundEvaluations(folders.data, path);
  return path;
}

async function evaluate(context: CommandContext, resultFile: string): Promise<ModelEvaluation> {
  const { input, terminal, signal, folders, version } = context;
  const threshold = input.number('threshold', { min: -100, max: 100 }) ?? 0;
  const limit = input.number('limit', { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true });
  // Loaded here and not above: they bring the picture library, which a help text should not wait for.
  const { evaluateModel } = await import('../../backend/evaluate/evaluate-model.ts');
  const { sourceFormats } = await import('../../backend/evaluate/sources.ts');
  const { bundledModel } = await import('../../backend/models/model-folders.ts');
  const [file = ''] = input.positionals;
  const museFile = input.resolve(file);
  const host = nodeHost({ door: 'cli', folders, version, roots: null });
  const engine = {
    folder: input.path('model') ?? (await bundledModel(host)),
    provider: input.choice('provider', providerRequests) ?? 'cpu',
    threads: input.number('threads', { min: 1, max: 256, whole: true }),
    signal,
  };
  const format = input.choice('format', sourceFormats) ?? 'muse';
  const { judge, close } = await judgeOf(context);
  try {
    return await evaluateModel(engine, {
      format,
      ...{ museFile, threshold, limit, resultFile, signal },
      imagesFolder:
        input.path('images') ??
        (format === 'muse' || format === 'grand-f' ? join(dirname(museFile), 'images') : museFile),
      style: input.flag('pixellm') ? 'repository' : 'app',
      judge,
      isResumed: input.flag('resume'),
      worst: input.path('worst') === null ? 0 : worstShown,
      onProgress: ({ questions, done, total }) =>
        terminal.progress({ stage: `Asked ${questions} questions`, done, total }),
    });
  } finally {
    await close();
  }
}

/** The judge, and what lets go of it. */
async function judgeOf({
  input,
  folders,
}: CommandContext): Promise<{ judge: Judge | null; close(): Promise<void> }> {
  const who = input.text('judge') ?? 'none';
  const close = (): Promise<void> => Promise.resolve();
  if (who === 'none') return { judge: null, close };
  if (who === 'words') return { judge: wordsJudge, close };
  const model = input.text('judge-model');
  if (model === null) throw new UsageError('--judge with an address needs --judge-model.');
  const { baseUrlOf } = await import('../../backend/endpoint/endpoint.ts');
  const { createEndpointStore } = await import('../../backend/endpoint/endpoint-store.ts');
  const { createChatClient } = await import('../../backend/endpoint/chat-client.ts');
  const { createEndpointJudge } = await import('../../backend/evaluate/endpoint-judge.ts');
  const baseUrl = baseUrlOf(who);
  const keys = await createEndpointStore({ dataFolder: folders.data, vault: null, environment: process.env });
  const key = await keys.keyFor(baseUrl);
  const judge = await createEndpointJudge({
    client: createChatClient({ baseUrl, model, key, perMinute: null, timeoutMs: 120_000 }),
    name: `${model} at ${baseUrl}`,
    cacheFile: join(folders.data, 'judge-cache.jsonl'),
  });
  return { judge, close: () => judge.close() };
}

/** All figures and every question's result; masks are in the result file. */
function toJson({ device, evaluation }: ModelEvaluation, resultFile: string): unknown {
  const { header, all, byKind, byTargets, paper, averagePrecision, calibration, boundaryIoU, pixellm } =
    evaluation;
  return {
    model: header.model,
    device,
    resultFile,
    judge: header.judge,
    images: evaluation.images,
    all,
    paper,
    byTargets: Object.fromEntries(byTargets),
    byKind: Object.fromEntries(byKind),
    averagePrecision,
    calibration,
    boundaryIoU,
    pixellm,
    isCutShort: evaluation.isCutShort,
    failed: evaluation.failed,
    losses: evaluation.losses,
    questions: evaluation.questions,
  };
}
