import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createMuseIndexes,
  placeOfQuestion,
} from '../../../../../electron/backend/evaluate/browse/muse-index.ts';
import { searchMuse } from '../../../../../electron/backend/evaluate/browse/search-muse.ts';
import { randomInteger, seededRandom } from '../../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const { signal } = new AbortController();
const random = seededRandom(9);
const words = ['cup', 'cups', 'Café', 'up', 'ÜBER', 'table', 'red\ntable', 'a', '茶', 'cup cup'];
const pick = (): string => words[randomInteger(random, 0, words.length - 1)] as string;
const several = (most: number): string =>
  Array.from({ length: randomInteger(random, 0, most) }, pick).join(' ');

interface Written {
  readonly file_name: string;
  readonly questions: readonly string[];
  readonly text_answers: readonly string[];
  readonly answers: readonly (readonly {
    readonly category_name: string;
    readonly rephrased_name: string;
  }[])[];
}

function aRecord(number: number): Written {
  const questions = Array.from({ length: randomInteger(random, 0, 4) }, () => several(6));
  return {
    file_name: `${pick()}-${number}.png`,
    questions,
    text_answers: questions.map(() => several(4)),
    answers: questions.map(() =>
      Array.from({ length: randomInteger(random, 0, 3) }, () => ({
        ...{ category_name: pick(), rephrased_name: several(3) },
      })),
    ),
  };
}

const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Keys of what fits, looked for one by one. */
function slowly(
  records: readonly Written[],
  search: { words: string; category: string | null; fewestTargets: number; mostTargets: number | null },
): string[] {
  return records.flatMap((record, at) =>
    record.questions.flatMap((question, place) => {
      const targets = record.answers[place] ?? [];
      const text = plain(
        [
          question,
          record.text_answers[place],
          ...targets.map((target) => target.rephrased_name),
          record.file_name,
        ].join(' '),
      );
      const fits =
        plain(search.words)
          .split(/\s+/u)
          .every((word) => text.includes(word)) &&
        (search.category === null || targets.some((target) => target.category_name === search.category)) &&
        targets.length >= search.fewestTargets &&
        targets.length <= (search.mostTargets ?? Number.POSITIVE_INFINITY);
      return fits ? [`${at}/${place}`] : [];
    }),
  );
}

test('whatever is searched, what is found is what looking at every question finds', async () => {
  const records = Array.from({ length: 200 }, (_, number) => aRecord(number));
  const path = join(await temporaryFolder(), 'muse.json');
  await writeFile(path, JSON.stringify(records));
  const index = await createMuseIndexes().of(path, { signal });
  for (let round = 0; round < 60; round++) {
    const search = {
      words: several(3),
      category: random() < 0.3 ? pick() : null,
      fewestTargets: randomInteger(random, 0, 2),
      mostTargets: random() < 0.5 ? null : randomInteger(random, 0, 3),
    };
    const found = await searchMuse(index, search, signal);
    const keys = found.map((question) => {
      const { record, place } = placeOfQuestion(index, question);
      return `${record}/${place}`;
    });
    expect({ search, keys }).toEqual({ search, keys: slowly(records, search) });
  }
});
