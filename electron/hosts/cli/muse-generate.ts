import { readFile } from 'node:fs/promises';
import { fileError } from '../../backend/app/file-errors.ts';
import { checkPrivate } from '../../backend/endpoint/endpoint-store.ts';
import type { JobStatus } from '../../common/job-messages.ts';
import { UsageError } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { followJob, warnOfFailures } from './follow-job.ts';
import { countOf } from './format-text.ts';
import { type AppClient, withApp } from './session.ts';

export const museGenerateCommand: Command = {
  name: 'muse generate',
  summary: 'Let a language model write questions about the masks of a project',
  usage: 'PROJECT',
  details:
    'Names and boxes of accepted masks (with --vision the image too) go to an OpenAI-compatible endpoint; what comes back is checked and kept as drafts to accept, edit or reject. ' +
    'The key comes from PIXELLM_API_KEY or --key-file, never from the command line.\n' +
    'Example: pixellm muse generate Kitchen --endpoint http://127.0.0.1:11434/v1 --model qwen2.5vl --vision --per-image 3 --dry-run',
  options: {
    endpoint: { type: 'string', value: 'URL', help: 'base address (the one set up in the app)' },
    model: { type: 'string', short: 'm', value: 'NAME', help: 'model as the endpoint names it' },
    vision: { type: 'boolean', help: 'the model sees: the image goes along' },
    'per-image': { type: 'string', value: 'N', help: 'questions for each image (1)' },
    concurrency: { type: 'string', value: 'N', help: 'requests under way at once (2)' },
    'per-minute': { type: 'string', value: 'N', help: 'at most so many requests a minute' },
    timeout: { type: 'string', value: 'S', help: 'seconds to wait for a reply (120)' },
    language: { type: 'string', value: 'NAME', help: 'language of questions and answers (English)' },
    'key-file': {
      type: 'string',
      value: 'FILE',
      help: 'file that holds the key; only you may be able to read it',
    },
    'price-in': { type: 'string', value: 'X', help: 'price of a million tokens sent, for the estimate' },
    'price-out': { type: 'string', value: 'X', help: 'price of a million tokens answered' },
    'dry-run': { type: 'boolean', help: 'show the first request, tokens and cost; send nothing' },
    resume: { type: 'boolean', help: 'go on with the latest run that was broken off' },
  },
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    const request = requestOf(context);
    const key = await keyOf(context);
    const folder = await findProject(input.positionals[0] ?? '', context);
    return withApp(context, async (client) => {
      await client.call('project.open', { folder }, { signal });
      const baseUrl = request.endpoint?.baseUrl ?? (await client.call('endpoint.get', {}))?.baseUrl;
      if (key !== null && baseUrl !== undefined) await client.call('endpoint.lend', { baseUrl, key });
      const estimate = await client.call('muse.estimate', request, { signal });
      const { promptTokens, completionTokens, requests } = estimate;
      const price = priceOf(context, promptTokens, completionTokens);
      terminal.line(estimate.sends);
      terminal.line(
        `About ${requests} requests, ${promptTokens} tokens sent and ${completionTokens} answered${price === null ? '' : `, ${price.toFixed(2)} in all`}; ${countOf(estimate.skippedImages, 'image')} without a usable mask.`,
      );
      if (input.flag('dry-run')) {
        terminal.line(`\n${estimate.firstPrompt ?? 'Nothing would be asked.'}`);
        terminal.result({ ...estimate, price });
        return exitCodes.done;
      }
      const job = await followJob(client, () => startOrResume(client, request, context), context);
      await warnOfFailures(client, job, context);
      terminal.line(summaryOf(job));
      terminal.result({
        job,
        price: priceOf(context, job.figures['promptTokens'] ?? 0, job.figures['completionTokens'] ?? 0),
      });
      return job.failed === 0 ? exitCodes.done : exitCodes.notAllGood;
    });
  },
};

function requestOf({ input }: CommandContext) {
  const baseUrl = input.text('endpoint');
  const model = input.text('model');
  if ((baseUrl === null) !== (model === null))
    throw new UsageError('--endpoint and --model belong together.');
  const whole = (name: string, max: number, initial: number): number =>
    input.number(name, { min: 1, max, whole: true }) ?? initial;
  return {
    imageIds: null,
    endpoint: baseUrl === null || model === null ? null : { baseUrl, model, vision: input.flag('vision') },
    perImage: whole('per-image', 50, 1),
    concurrency: whole('concurrency', 64, 2),
    perMinute: input.number('per-minute', { min: 0.01, max: 100_000 }),
    timeoutMs: whole('timeout', 3600, 120) * 1000,
    language: input.text('language') ?? 'English',
  };
}

async function keyOf({ input }: CommandContext): Promise<string | null> {
  const path = input.path('key-file');
  if (path === null) return null;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  await checkPrivate(path);
  if (text.trim() === '') throw new UsageError(`There is no key in ${path}.`);
  return text.trim();
}

function priceOf({ input }: CommandContext, sent: number, answered: number): number | null {
  const range = { min: 0, max: 1e9 };
  const [forSent, forAnswered] = [input.number('price-in', range), input.number('price-out', range)];
  if (forSent === null && forAnswered === null) return null;
  return (sent * (forSent ?? 0) + answered * (forAnswered ?? 0)) / 1e6;
}

async function startOrResume(
  client: AppClient,
  request: ReturnType<typeof requestOf>,
  { input, terminal }: CommandContext,
): Promise<JobStatus> {
  const unfinished = (await client.call('jobs.list', {})).find(
    ({ kind, state, failed }) => kind === 'muse-generate' && (state !== 'done' || failed > 0),
  );
  if (!unfinished || !input.flag('resume')) return client.call('muse.generate', request);
  terminal.line(`Going on with ${unfinished.title}: ${unfinished.done} of ${unfinished.total} are done.`);
  return client.call('jobs.resume', { id: unfinished.id });
}

function summaryOf({ figures, failed, total }: JobStatus): string {
  const {
    kept = 0,
    leftOut = 0,
    skipped = 0,
    requests = 0,
    promptTokens = 0,
    completionTokens = 0,
  } = figures;
  return `Kept ${kept} of ${total} questions as drafts; ${leftOut} left out by the rules, ${failed} failed, ${skipped} had nothing to ask about. ${requests} requests, ${promptTokens} tokens sent, ${completionTokens} answered.`;
}
