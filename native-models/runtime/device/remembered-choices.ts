import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type MeasuredProvider, measuredProviderSchema } from '../../shapes.ts';

/** What was measured, by a key of all that it depends on; the latest last. */
const fileSchema = z.strictObject({
  version: z.literal(1),
  choices: z.array(
    z.strictObject({ key: z.string(), measured: z.array(measuredProviderSchema.strict()).min(1) }),
  ),
});
type Choices = z.infer<typeof fileSchema>['choices'];

/** Models and drivers worth remembering. */
const mostChoices = 40;

/** One key for everything a measurement depends on: machine, driver, runtime, model. */
export function choiceKey(facts: Readonly<Record<string, string | number>>): string {
  const text = JSON.stringify(Object.entries(facts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('hex');
}

/** What was measured under that key, fastest first, or null. A file that cannot be read remembers nothing: measuring again is all it costs. */
export async function recall(file: string, key: string): Promise<readonly MeasuredProvider[] | null> {
  return (await readChoices(file)).find((choice) => choice.key === key)?.measured ?? null;
}

/** Keeps a measurement. That it could not be kept is no reason to refuse a model that is loaded. */
export async function remember(
  file: string,
  key: string,
  figures: readonly MeasuredProvider[],
): Promise<void> {
  const others = (await readChoices(file)).filter((choice) => choice.key !== key);
  const choices = [...others, { key, measured: [...figures] }].slice(-mostChoices);
  const partial = `${file}.${process.pid}.partial`;
  try {
    await mkdir(path.dirname(file)).catch(() => undefined); // mostly it is there
    await writeFile(partial, `${JSON.stringify({ version: 1, choices }, null, 1)}\n`);
    await rename(partial, file);
  } catch {
    // Measured again next time.
  }
}

async function readChoices(file: string): Promise<Choices> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).choices;
  } catch {
    return [];
  }
}
