import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../common/errors.ts';
import type { Host } from '../host.ts';

const sampleSchema = z.object({
  file: z.string(),
  title: z.string(),
  questions: z.array(z.string()).default([]),
});
const samplesSchema = z.union([
  z.array(sampleSchema),
  z.object({ samples: z.array(sampleSchema) }).transform(({ samples }) => samples),
]);
export type Sample = z.infer<typeof sampleSchema>;

/** The pictures that ship with the app, listed in assets/samples/samples.json. */
export interface Samples {
  list(): Promise<readonly Sample[]>;
  /** @throws AppError 'file-not-found' for a name that is not listed */
  read(file: string): Promise<{ readonly path: string; readonly data: Uint8Array }>;
  /** The sample that is this very picture, whatever it is called in the project. */
  bySha256(sha256: string): Promise<Sample | null>;
}

export function createSamples(host: Host): Samples {
  const folder = join(host.resourcesFolder, 'assets', 'samples');
  let listed: Promise<readonly Sample[]> | null = null;
  let hashed: Promise<ReadonlyMap<string, Sample>> | null = null;

  const list = (): Promise<readonly Sample[]> => {
    listed ??= readFile(join(folder, 'samples.json'), 'utf8').then(
      (text) => samplesSchema.parse(JSON.parse(text)),
      () => [], // a build without samples still works
    );
    return listed;
  };
  const read = async (file: string): Promise<{ path: string; data: Uint8Array }> => {
    const known = (await list()).find((sample) => sample.file === file && basename(file) === file);
    if (!known) throw new AppError('file-not-found', `There is no sample named ${file}.`, { file });
    const path = join(folder, known.file);
    return { path, data: await readFile(path) };
  };
  const hash = async (): Promise<ReadonlyMap<string, Sample>> => {
    const pairs = (await list()).map(async (sample) => {
      const { data } = await read(sample.file);
      return [createHash('sha256').update(data).digest('hex'), sample] as const;
    });
    return new Map(await Promise.all(pairs));
  };
  return {
    list,
    read,
    async bySha256(sha256) {
      hashed ??= hash();
      return (await hashed).get(sha256) ?? null;
    },
  };
}
