import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { readManifest } from '../../../native-models/convert.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';
import { HostCache } from '../../../native-models/runtime/host-cache.ts';
import { prefill } from '../../../native-models/runtime/generate.ts';
import { openSession } from '../../../native-models/runtime/ort.ts';
import type { Cell } from '../../../native-models/runtime/sequence.ts';
import { writeRandomGguf } from '../checkpoint/gguf-file.ts';
import type { CheckpointShape } from '../checkpoint/shapes.ts';
import { median, measure } from './clock.ts';
import type { Duration } from './clock.ts';

/**
 * How to get the yardstick: llama.cpp as the npm registry has it, built. It is no dependency of the project and stays out of its node_modules.
 */
export function howToInstall(folder: string): string {
  const version = '3.22.1';
  const platform = `${process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'win' : 'linux'}-${process.arch}`;
  return `npm install --prefix ${folder} --omit=optional --ignore-scripts node-llama-cpp@${version} @node-llama-cpp/${platform}@${version}`;
}

/** The places of native-models/pixellm/REFERENCE.md's last table's prompt; the steps measured lie half before, half after it. */
const places = 315;
const rounds = 10;
const stepsPerRound = 8;
/** Threads of the other that still look for work go to sleep in this time. */
const restMs = 40;

/** Cells of the workload's prompt, and how often it is read. */
const promptCells = 251;
const promptRounds = 3;

interface Stepper {
  step(): Promise<void>;
  /** Reads a prompt of `promptCells` from nothing. */
  readPrompt(): Promise<void>;
  dispose(): Promise<void>;
}

export interface LlamaFigures {
  readonly ours: Duration;
  readonly llama: Duration;
  readonly prefill: { readonly tokens: number; readonly ours: Duration; readonly llama: Duration };
}

/**
 * One step of our int4 decoder beside one of llama.cpp's Q4_0 with the same shape, threads and number of places, and a prompt read by each, by turns
 * in one process.
 *
 * @param folder  where the file for llama.cpp is kept, and where it is installed
 */
export async function compareWithLlama(
  model: string,
  shape: CheckpointShape,
  { folder, name, threads }: { folder: string; name: string; threads: number },
): Promise<LlamaFigures> {
  // The one function that is used is as the package's documentation has it.
  const library = (await import(pathToFileURL(llamaModule(folder)).href)) as LlamaLibrary;
  const file = path.join(folder, `${name}-q4_0.gguf`);
  await mkdir(folder, { recursive: true });
  if (!existsSync(file)) {
    await writeRandomGguf(`${file}.new`, shape);
    await rename(`${file}.new`, file);
  }
  const ours = await openOurs(model, threads);
  const llama = await openLlama(library, file, threads);
  try {
    const figures = { ours: [] as Duration[], llama: [] as Duration[] };
    for (let round = 0; round < rounds; round++) {
      for (const [who, stepper] of [['ours', ours] as const, ['llama', llama] as const]) {
        await setTimeout(restMs);
        for (let step = 0; step < stepsPerRound; step++)
          figures[who].push(await measure(() => stepper.step()));
      }
    }
    const prompts = { ours: [] as Duration[], llama: [] as Duration[] };
    for (let round = 0; round < promptRounds; round++)
      for (const [who, stepper] of [['ours', ours] as const, ['llama', llama] as const])
        prompts[who].push(await measure(() => stepper.readPrompt()));
    return {
      ours: medianOfSteps(figures.ours),
      llama: medianOfSteps(figures.llama),
      prefill: {
        tokens: promptCells,
        ours: medianOfSteps(prompts.ours),
        llama: medianOfSteps(prompts.llama),
      },
    };
  } finally {
    await ours.dispose();
    await llama.dispose();
  }
}

function medianOfSteps(steps: readonly Duration[]): Duration {
  return { wallMs: median(steps.map((step) => step.wallMs)), cpuMs: median(steps.map((step) => step.cpuMs)) };
}

async function openOurs(folder: string, threads: number): Promise<Stepper> {
  const manifest = await readManifest(folder);
  const { language } = manifest.network;
  const decoder = new Decoder({
    session: await openSession(path.join(folder, manifest.graphs.decoder.graph), {
      provider: 'cpu',
      threads,
    }),
    cache: new HostCache(language, places + 1),
    embedding: await EmbeddingTable.open(folder, manifest.embedding),
    language,
    imageTokens: () => {
      throw new Error('This sequence has no image.');
    },
  });
  const cell = (position: number): Cell => ({
    token: 300 + (position % 50),
    image: null,
    position,
    isVisible: true,
  });
  const prompt = Array.from({ length: places }, (_, position) => cell(position));
  decoder.keep(await decoder.forward(prompt, [places - 1]), places);
  return {
    step: async () => {
      // Not kept: every step has as many places behind it.
      (await decoder.forward([cell(places)], [0])).choice(0);
    },
    readPrompt: async () => {
      decoder.truncate(0);
      await prefill(decoder, prompt.slice(0, promptCells), [], new AbortController().signal);
    },
    dispose: () => decoder.release(),
  };
}

// What is used of node-llama-cpp. It is not a dependency, so that its own types are not at hand.
interface LlamaLibrary {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{
        getSequence(): {
          clearHistory(): Promise<void>;
          evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
          evaluate(tokens: readonly number[], options: object): AsyncGenerator<number, void>;
        };
      }>;
    }>;
    dispose(): Promise<void>;
  }>;
}

function llamaModule(folder: string): string {
  return path.resolve(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
}

export function hasLlama(folder: string): boolean {
  return existsSync(llamaModule(folder));
}

async function openLlama(library: LlamaLibrary, file: string, threads: number): Promise<Stepper> {
  const llama = await library.getLlama({
    gpu: false,
    build: 'never',
    logLevel: 'error',
    maxThreads: threads,
  });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: 1024, batchSize: 512, threads, sequences: 2 });
  const [sequence, prompts] = [context.getSequence(), context.getSequence()];
  const first = places - (rounds * stepsPerRound) / 2;
  await sequence.evaluateWithoutGeneratingNewTokens(
    Array.from({ length: first }, (_, place) => 300 + (place % 50)),
  );
  // Greedy, and on past the end token: random weights say anything.
  const tokens = sequence.evaluate([350], { temperature: 0, yieldEogToken: true });
  return {
    step: async () => {
      if ((await tokens.next()).done === true) throw new Error('llama.cpp stopped writing.');
    },
    readPrompt: async () => {
      await prompts.clearHistory();
      await prompts.evaluateWithoutGeneratingNewTokens(
        Array.from({ length: promptCells }, (_, place) => 300 + (place % 50)),
      );
    },
    dispose: () => llama.dispose(),
  };
}
