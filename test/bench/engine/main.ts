import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Precision, type Provider, precisions, providers } from '../../../native-models/names.ts';
import { convertCheckpoint, readManifest } from '../../../native-models/convert.ts';
import { inferenceEnvironment } from '../../../native-models/quiet-environment.ts';
import { checkpointShapes } from '../checkpoint/shapes.ts';
import type { CheckpointShapeName } from '../checkpoint/shapes.ts';
import { writeRandomCheckpoint } from '../checkpoint/write-checkpoint.ts';
import { measure } from './clock.ts';
import { countDispatches, tellOneStep } from './dispatches.ts';
import { compareWithLlama, hasLlama, howToInstall } from './llama.ts';
import { measureLoss } from './loss.ts';
import { measureModel } from './measure-model.ts';
import type { ModelFigures, StepCommands } from './measure-model.ts';
import { timeReference } from './reference.ts';
import { reportLlama, reportModel, reportReference } from './report.ts';

const usage = `Usage: npm run bench -- engine [--models tiny:fp32,mid:int4,...] [--repeats 5] [--threads 2] [--provider cpu] [--folder <where models are kept>] [--json]
       npm run bench -- engine --reference <python with PyTorch> [...]  times the original's arithmetic beside ours, on this machine; with --threads 1 processor time is fair
       npm run bench -- engine --llama 1b                            one step beside llama.cpp's, if it is installed
       npm run bench -- engine --loss <fp32 model>,<model>,...   compares answers and writes the loss into the manifests
Shapes: ${Object.keys(checkpointShapes).join(', ')} (7b needs some 25 GB of disk). Precisions: ${precisions.join(', ')}.
Models of random weights are written, converted and kept in the folder; a second run uses them again.`;

const defaultModels = 'tiny:fp32,tiny:int4,mid:fp32,mid:fp16,mid:int8,mid:int4,large:fp32,large:int4,1b:int4';

interface ModelName {
  readonly shape: CheckpointShapeName;
  readonly precision: Precision;
}

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  const request = parseRequest(argv);
  if (typeof request === 'string') {
    console.error(`${request}\n\n${usage}`);
    return 2;
  }
  if (request.child !== null) {
    process.send?.(await measureModel(request.child, request));
    return 0;
  }
  if (request.count !== null) {
    await tellOneStep(request.count, request.provider);
    return 0;
  }
  if (request.loss !== null) {
    console.log(JSON.stringify(await measureLoss(request.loss), null, 1));
    return 0;
  }
  if (request.llama !== null && !isSetUpAsTheApp()) return runSetUpAsTheApp(argv);
  if (request.llama !== null) return compareWithYardstick(request.llama, request);
  const all: Record<string, ModelFigures> = {};
  for (const name of request.models) {
    const folder = await prepareModel(name, request.folder);
    const figures = await measureInChild(folder, argv);
    all[`${name.shape}:${name.precision}`] = figures;
    if (!request.asJson) console.log(reportModel(name, figures, await stepCommands(folder, request, argv)));
    if (request.reference !== null) {
      const original = await timeReference(request.reference, checkpointShapes[name.shape], request);
      console.log(reportReference(name, original, figures.answer));
    }
  }
  if (request.asJson) console.log(JSON.stringify(all, null, 1));
  return 0;
}

/** WebGPU is what dispatches are counted of: they are what a step of it costs. */
async function stepCommands(
  folder: string,
  { provider }: { provider: Provider },
  argv: readonly string[],
): Promise<StepCommands | null> {
  if (provider !== 'webgpu') return null;
  const { told, repeated } = await countDispatches(folder, argv);
  const { layers } = (await readManifest(folder)).network.language;
  return {
    dispatches: told.dispatches.length,
    ...{ layers, crossings: told.crossings },
    toldAnew: repeated.isRepeated ? repeated.dispatches.length : null,
  };
}

/** Whether this process has the environment that the app gives the one that computes: memory in large pages has to be asked for before it starts. */
function isSetUpAsTheApp(): boolean {
  return inferenceEnvironment(process.env)['GLIBC_TUNABLES'] === process.env['GLIBC_TUNABLES'];
}

async function runSetUpAsTheApp(argv: readonly string[]): Promise<number> {
  const script = process.argv[1];
  if (script === undefined) throw new Error('Node was started without a script.');
  const child = fork(script, ['engine', ...argv], { env: inferenceEnvironment(process.env) });
  const [code] = (await once(child, 'exit')) as [number | null]; // what the event gives
  return code ?? 1;
}

async function compareWithYardstick(
  shape: CheckpointShapeName,
  { folder, threads }: { folder: string; threads: number },
): Promise<number> {
  if (!hasLlama(folder)) {
    console.error(
      `llama.cpp is not installed here. It is no dependency; to compare: ${howToInstall(folder)}`,
    );
    return 1;
  }
  const model = await prepareModel({ shape, precision: 'int4' }, folder);
  const figures = await compareWithLlama(model, checkpointShapes[shape], { folder, name: shape, threads });
  console.log(reportLlama(shape, threads, figures));
  return 0;
}

/** Writes and converts the model unless it is there from an earlier run of the same version. */
async function prepareModel({ shape, precision }: ModelName, folder: string): Promise<string> {
  const out = path.join(folder, `${shape}-${precision}`);
  const isThere = await readManifest(out).then(
    () => true,
    () => false,
  );
  if (isThere) return out;
  const checkpoint = path.join(folder, `${shape}-checkpoint`);
  await mkdir(folder, { recursive: true });
  const isNew = !existsSync(path.join(checkpoint, 'config.json'));
  if (isNew) await rm(checkpoint, { recursive: true, force: true });
  const written = isNew
    ? await writeRandomCheckpoint(checkpoint, checkpointShapes[shape])
    : { checkpoint, vision: path.join(checkpoint, 'openai', 'clip-vit-random-patch14-336') };
  const converted = await measure(() =>
    convertCheckpoint({
      ...written,
      out,
      precision,
      overwrite: true,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }),
  );
  console.error(
    `${shape} ${precision}: converted in ${(converted.wallMs / 1000).toFixed(1)} s (${(converted.cpuMs / 1000).toFixed(1)} s of processor), peak memory ${gigabytes(process.resourceUsage().maxRSS * 1024)}`,
  );
  return out;
}

/** In its own process, so that its peak memory is its own. */
function measureInChild(folder: string, argv: readonly string[]): Promise<ModelFigures> {
  return new Promise((resolve, reject) => {
    const script = process.argv[1];
    if (script === undefined) throw new Error('Node was started without a script.');
    const child = fork(script, ['engine', ...argv, '--child', folder], {
      env: inferenceEnvironment(process.env),
    });
    child.once('message', (figures) => resolve(figures as ModelFigures)); // our own main() sends it
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Measuring ${folder} ended with code ${code}.`)));
  });
}

function parseRequest(argv: readonly string[]):
  | {
      models: ModelName[];
      repeats: number;
      threads: number;
      provider: Provider;
      folder: string;
      asJson: boolean;
      child: string | null;
      count: string | null;
      loss: string[] | null;
      llama: CheckpointShapeName | null;
      reference: string | null;
    }
  | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        models: { type: 'string', default: defaultModels },
        repeats: { type: 'string', default: '5' },
        threads: { type: 'string', default: '2' },
        provider: { type: 'string', default: 'cpu' },
        folder: { type: 'string', default: path.join(tmpdir(), 'pixellm-bench') },
        child: { type: 'string' },
        count: { type: 'string' },
        loss: { type: 'string' },
        llama: { type: 'string' },
        reference: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const repeats = Number(values.repeats);
    const threads = Number(values.threads);
    if (!Number.isInteger(repeats) || repeats < 1 || !Number.isInteger(threads) || threads < 1)
      return '--repeats and --threads are whole numbers from 1.';
    const provider = providers.find((name) => name === values.provider);
    if (provider === undefined)
      return `There is no provider ${values.provider}; there are ${providers.join(', ')}.`;
    return {
      models: values.models.split(',').map(parseModel),
      repeats,
      threads,
      provider,
      folder: values.folder,
      asJson: values.json === true,
      child: values.child ?? null,
      count: values.count ?? null,
      reference: values.reference ?? null,
      loss: values.loss?.split(',') ?? null,
      llama: values.llama === undefined ? null : parseModel(values.llama).shape,
    };
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function parseModel(text: string): ModelName {
  const [shape, precision = 'fp32'] = text.split(':');
  const known = precisions.find((name) => name === precision);
  if (shape === undefined || !(shape in checkpointShapes) || known === undefined)
    throw new Error(`There is no model ${text}.`);
  return { shape: shape as CheckpointShapeName, precision: known }; // just looked up
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
