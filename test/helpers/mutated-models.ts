import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '../../native-models/checkpoint/checkpoint.ts';
import { convertCheckpoint, readManifest, verifyModel } from '../../native-models/convert.ts';
import { isModelError } from '../../native-models/errors.ts';
import { byteMutations } from './byte-mutations.ts';
import { randomInteger, seededRandom } from './seeded-random.ts';

/** What became of one mutated folder. */
export interface Outcome {
  readonly file: string;
  readonly change: string;
  /** 'refused' with a sentence; 'read' when nothing was noticed; 'broke' with anything but a ModelError. */
  readonly ending: 'refused' | 'read' | 'broke';
  readonly message: string;
  /** The change made no difference to the numbers, or was noticed. False: other numbers were taken for the right ones. */
  readonly isHonest: boolean;
  readonly milliseconds: number;
}

const options = { signal: new AbortController().signal, onProgress: () => undefined };

/**
 * Damages one file of a checkpoint or model after another, and looks at each as the app would.
 *
 * @param folder  its files are damaged one at a time, and put back
 * @param look    reads the folder; what it gives for a sound folder is what a change that does not matter must give
 */
export async function mutateFolder({
  folder,
  seed,
  count,
  look,
}: {
  readonly folder: string;
  readonly seed: number;
  readonly count: number;
  readonly look: (folder: string) => Promise<string>;
}): Promise<Outcome[]> {
  const random = seededRandom(seed);
  const names: string[] = [];
  for (const name of (await readdir(folder)).toSorted())
    if ((await stat(join(folder, name))).isFile()) names.push(name);
  const sound = await look(folder);
  const outcomes: Outcome[] = [];
  for (let index = 0; index < count; index++) {
    const file = names[randomInteger(random, 0, names.length)] ?? '';
    const mutation = byteMutations[randomInteger(random, 0, byteMutations.length)];
    const path = join(folder, file);
    const before = await readFile(path);
    const damaged = mutation?.apply(Buffer.from(before), random) ?? before;
    await writeFile(path, damaged);
    const start = performance.now();
    const seen = await look(folder).then(
      (value) => ({ ending: 'read' as const, message: value }),
      (error: unknown) => ({
        ending: isModelError(error) ? ('refused' as const) : ('broke' as const),
        message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      }),
    );
    outcomes.push({
      file,
      change: mutation?.name ?? '',
      ...seen,
      isHonest: seen.ending !== 'read' || seen.message === sound || damaged.equals(before),
      milliseconds: performance.now() - start,
    });
    await writeFile(path, before);
  }
  return outcomes;
}

/** Opens a checkpoint and reads every number: a text that differs when any of them does. */
export async function numbersOf(folder: string): Promise<string> {
  const checkpoint = await openCheckpoint(folder);
  try {
    let sum = 0;
    for (const [name, { shape }] of checkpoint.tensors) {
      const bytes = await checkpoint.readStored(name);
      for (let at = 0; at < bytes.length; at++) sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) | 0;
      sum = (Math.imul(sum, 31) + shape.length + name.length) | 0;
    }
    return `${checkpoint.tensors.size} tensors, ${sum}`;
  } finally {
    await checkpoint.dispose();
  }
}

/** What verifying a model says; problems are refusals, as they are to a person. */
export async function verdictOn(folder: string): Promise<string> {
  const { ok, problems } = await verifyModel(folder, options);
  return ok ? 'whole' : `noticed: ${problems.join(' ')}`;
}

/** Converts beside the folder's model and gives what was written, by hash. */
export async function conversionOf(sources: {
  readonly model: string;
  readonly vision: string;
}): Promise<string> {
  const out = `${sources.model}-out`;
  try {
    const request = { checkpoint: sources.model, vision: sources.vision, out, precision: 'int8' as const };
    await convertCheckpoint({ ...request, ...options });
    const { files, tokens, network } = await readManifest(out);
    return JSON.stringify([files.map(({ sha256 }) => sha256), tokens, network]);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** A copy that may be damaged. */
export async function copyOf(folder: string, to: string): Promise<string> {
  await cp(folder, to, { recursive: true });
  return to;
}
