import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { randomInteger } from './seeded-random.ts';

/** Every file beneath a folder, by its path from there. */
export async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files: string[] = [];
  for (const name of names) if ((await stat(join(folder, name))).isFile()) files.push(name);
  return files.sort();
}

const bits = [
  'null',
  '-1',
  '1e308',
  'NaN',
  '99999999999999999999',
  '""',
  '[]',
  '{}',
  '"\\ud800"',
  '0.5',
  'true',
  '<',
  '>',
  '..',
  '/',
  '\u0000',
];

/**
 * Cuts, doubles, swaps and strange values, of bytes and of words.
 *
 * @param words names of the file that are put into their place now and then
 */
export function mutated(data: Buffer, random: () => number, words: RegExp): Buffer {
  const at = randomInteger(random, 0, Math.max(1, data.length));
  switch (randomInteger(random, 0, 6)) {
    case 0:
      return data.subarray(0, at);
    case 1: {
      const copy = Buffer.from(data);
      for (let count = 0; count < 4 && copy.length > 0; count++)
        copy[randomInteger(random, 0, copy.length)] = randomInteger(random, 0, 256);
      return copy;
    }
    case 2:
      return Buffer.concat([data.subarray(0, at), data.subarray(randomInteger(random, 0, data.length + 1))]);
    case 3: {
      const numbers = [...data.toString('latin1').matchAll(/-?\d+(?:\.\d+)?|"[^"]{0,40}"/gu)];
      const found = numbers[randomInteger(random, 0, Math.max(1, numbers.length))];
      if (!found) return data;
      const value = bits[randomInteger(random, 0, bits.length)] as string;
      const text = data.toString('latin1');
      return Buffer.from(
        text.slice(0, found.index) + value + text.slice(found.index + found[0].length),
        'latin1',
      );
    }
    case 4:
      return Buffer.concat([data, data]);
    default:
      return Buffer.from(
        data
          .toString('latin1')
          .replaceAll(words, () => bits[randomInteger(random, 0, bits.length)] as string),
        'latin1',
      );
  }
}
