import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { readManifest } from '../../../native-models/convert.ts';
import type { Provider } from '../../../native-models/names.ts';
import type { Decoder } from '../../../native-models/runtime/decoder.ts';
import type { Cell } from '../../../native-models/runtime/sequence.ts';
import { openBenchModel } from './open-model.ts';

/** What a GPU is told to do in one run: the runtime's own log, between two marks that we write into it. */
export interface RunCommands {
  /** Programs started, by name. Those that a card repeats from a recording are told by nobody. */
  readonly dispatches: readonly string[];
  /** Whether the run was a recording's, repeated. */
  readonly isRepeated: boolean;
  /** Tensors that cross between the card and main memory inside the graph, because an operator runs on the CPU. */
  readonly crossings: number;
}

/**
 * One step of a decoder whose session tells all (`SessionOptions.tellsAll`), marked in the log, after some of which one compiled the shaders and
 * another may have been recorded. The cell's place must be free behind the sequence the decoder has read.
 */
export async function stepBetweenMarks(decoder: Decoder, cell: Cell): Promise<void> {
  for (let step = 0; step < 3; step++) await decoder.forward([cell], [0]);
  writeSync(2, '\n@@ step begins\n');
  await decoder.forward([cell], [0]);
  writeSync(2, '\n@@ step ends\n');
}

/** Reads what was marked, session by session. @throws Error when the log holds no marks: nothing was counted then */
export function commandsOf(log: string): RunCommands[] {
  const steps = [...log.matchAll(/([^]*?)\n@@ step begins\n([^]*?)\n@@ step ends/gu)];
  if (steps.length === 0) throw new Error('The log marks no step.');
  return steps.map(([, before = '', step = '']) => ({
    dispatches: [...step.matchAll(/Starting program "([A-Za-z0-9_]+)/gu)].map(([, name]) => name ?? ''),
    isRepeated: /Replaying the captured/u.test(step),
    crossings: [...before.matchAll(/Add Memcpy(?:From|To)Host /gu)].length,
  }));
}

/** Counts the commands of one step of a model, told anew and repeated from a recording, in a process of its own whose log is read. */
export async function countDispatches(
  folder: string,
  argv: readonly string[],
): Promise<{ told: RunCommands; repeated: RunCommands }> {
  const script = process.argv[1];
  if (script === undefined) throw new Error('Node was started without a script.');
  const child = spawn(process.execPath, [script, 'engine', ...argv, '--count', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [told, repeated] = commandsOf(await text(child.stderr));
  if (!told || !repeated) throw new Error('No step was counted.');
  return { told, repeated };
}

/** The process that is read: a short prompt, then one step between marks, without recordings and with them. */
export async function tellOneStep(folder: string, provider: Provider): Promise<void> {
  const manifest = await readManifest(folder);
  const cell = (position: number): Cell => ({ token: 3, image: null, position, isVisible: true });
  const prompt = Array.from({ length: 40 }, (_, position) => cell(position));
  for (const records of [false, true]) {
    const model = await openBenchModel(folder, manifest, { threads: 1, provider, tellsAll: true, records });
    for (let start = 0; start < prompt.length; start = model.decoder.cells.length) {
      const run = prompt.slice(start, start + 20);
      model.decoder.keep(await model.decoder.forward(run, [run.length - 1]), run.length);
    }
    await stepBetweenMarks(model.decoder, cell(prompt.length));
    await model.release();
  }
}
