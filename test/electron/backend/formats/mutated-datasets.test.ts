import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Format } from '../../../../electron/backend/formats/format.ts';
import { formats } from '../../../../electron/backend/formats/registry.ts';
import { AppError } from '../../../../electron/common/errors.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import {
  annotationRecord,
  categoryRecord,
  imageRecord,
} from '../../../../electron/common/document/records.ts';
import {
  aCategory,
  anAnnotation,
  anExport,
  anImage,
  anImport,
  aProject,
  outcomeOf,
} from '../../../helpers/project-contents.ts';
import { filesIn, mutated } from '../../../helpers/mutated-files.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** Rounds over each format; PIXELLM_ROUNDS asks for a long run. */
const rounds = Number(process.env['PIXELLM_ROUNDS'] ?? 25);
const size = { width: 24, height: 18 };
const datasets = formats.filter(
  ({ info, read, write }) =>
    read &&
    write &&
    ['split', 'uncategorised'].every((name) => info.options.some((option) => option.name === name)),
);

const contents = aProject({
  images: [1, 2].map((number) => anImage(number, { ...size, name: `photo-${number}.png` })),
  categories: [aCategory(1, 'cup'), aCategory(2, 'plate')],
  annotations: [
    anAnnotation(1, boxRuns([2, 3, 9, 8], size)),
    anAnnotation(2, boxRuns([1, 1, 4, 4], size), { imageId: anImage(2).id }),
  ],
});

async function whatHappens(format: Format, path: string): Promise<string> {
  try {
    const outcome = await outcomeOf(
      format.read!(
        anImport(
          { ...contents, annotations: [], categories: [] },
          { kind: 'path', path },
          { pathOf: () => null },
        ),
      ),
    );
    for (const record of outcome.diff.added) {
      if (record.kind === 'annotation') annotationRecord.parse(record);
      if (record.kind === 'category') categoryRecord.parse(record);
    }
    for (const [, after] of outcome.diff.changed) if (after.kind === 'image') imageRecord.parse(after);
    return outcome.losses.length > 0 ? 'read, with a word' : 'read';
  } catch (error) {
    if (error instanceof AppError) return 'refused';
    throw error;
  }
}

test.each(datasets.map((format) => [format.info.id, format] as const))(
  '%s: a damaged data set is read or refused with a sentence, and what comes in satisfies the store',
  async (name, format) => {
    const random = seededRandom(name.length * 7919 + rounds);
    const folder = await temporaryFolder();
    const whole = join(folder, 'whole');
    await outcomeOf(format.write!(anExport(contents, whole, { options: { images: 'none', split: 'none' } })));
    const files = await filesIn(whole);
    const counts: Record<string, number> = {};
    for (let round = 0; round < rounds; round++) {
      const damaged = join(folder, `damaged-${round}`);
      const victim = files[randomInteger(random, 0, files.length)] as string;
      for (const file of files) {
        const data = await readFile(join(whole, file));
        await mkdir(dirname(join(damaged, file)), { recursive: true });
        await writeFile(
          join(damaged, file),
          file === victim ? mutated(data, random, /cup|photo-1|mask|label/gu) : data,
        );
      }
      const outcome = await whatHappens(format, damaged);
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    if (rounds > 100) console.info(name, counts);
    const ended = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(ended).toBe(rounds);
  },
  600_000,
);
