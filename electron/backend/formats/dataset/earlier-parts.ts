import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Files of a folder that stand where a new one would if its image belonged to another part of the data set (train, val, test, or none): the
 * same set was written there before and divided otherwise. Left there, an image would train and validate.
 *
 * @param names what is written, from the folder
 * @returns names, from the folder
 */
export async function earlierParts(folder: string, names: readonly string[]): Promise<string[]> {
  const written = new Set(names);
  const places = new Set(names.map(withoutPart));
  const there = await filesIn(folder, '');
  return there.filter((name) => !written.has(name) && places.has(withoutPart(name)));
}

/** The place in the set, whichever part: "labels/train/a.txt" and "labels/a.txt" are one. Only the first folder or file that is called like a part counts. */
function withoutPart(name: string): string {
  const steps = name.split('/');
  const at = steps.findIndex((step) => partNamed.test(step));
  const step = steps[at];
  if (step === undefined) return name;
  const rest = step.replace(partNamed, '');
  return steps.toSpliced(at, 1, ...(rest === '' ? [] : [rest])).join('/');
}

/** A folder called "val"; a file called "val.json", "lvis_val.json" or "panoptic_val". */
const partNamed = /(?:^|_)(?:train|val|test|default)(?=\.json$|\.txt$|$)/u;

const deepest = 32;

async function filesIn(folder: string, inside: string, depth = 0): Promise<string[]> {
  // One that is not there holds nothing; what cannot be read is not ours to clear.
  const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch((): Dirent[] => []);
  const names: string[] = [];
  for (const entry of depth > deepest ? [] : entries) {
    const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await filesIn(folder, name, depth + 1)));
    else if (entry.isFile()) names.push(name);
  }
  return names;
}
