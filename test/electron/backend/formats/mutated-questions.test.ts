import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateMuse } from '../../../../electron/backend/evaluate/evaluate-muse.ts';
import { type SourceFormat, sourceFormats } from '../../../../electron/backend/evaluate/sources.ts';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import { entity } from '../../../../electron/common/document/records.ts';
import { AppError } from '../../../../electron/common/errors.ts';
import { filesIn, mutated } from '../../../helpers/mutated-files.ts';
import { anExport, anImport, outcomeOf } from '../../../helpers/project-contents.ts';
import { aProjectWithQuestions, pathOf } from '../../../helpers/project-with-questions.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** Rounds over each format; PIXELLM_ROUNDS asks for a long run. */
const rounds = Number(process.env['PIXELLM_ROUNDS'] ?? 25);
const { signal } = new AbortController();

/** Ids, references between them, and names of pictures: what one entry finds another by. */
const namesInside =
  /a b|file_name|ann_id|ref_id|image_id|coco_url|sent_ids|"text"|shapes|points|label|questions|answers|segmentation|counts/gu;

/** Where a name in a file may try to lead. */
const paths = [
  '../../outside.json',
  '/etc/passwd',
  'C:\\\\data\\\\a b.png',
  '..',
  '.',
  '',
  'a b.png/a b.png',
  'CON',
  'a\\u0000b.png',
  'http://x/a b.png?y#z',
  '%2e%2e/a b.png',
];

/** Every name of a picture, or one number, becomes something else. */
function misdirected(data: Buffer, random: () => number): Buffer {
  const text = data.toString('latin1');
  if (random() < 0.5)
    return Buffer.from(
      text.replaceAll(/"[^"]*\.(?:png|jpg)"/gu, () => `"${paths[randomInteger(random, 0, paths.length)]}"`),
      'latin1',
    );
  const ids = [...text.matchAll(/"\w*id\w*":\s*(-?\d+)/gu)];
  const found = ids[randomInteger(random, 0, Math.max(1, ids.length))];
  if (!found) return data;
  const values = ['-1', '9007199254740993', '"7"', 'null', '1.5', '[1]', '0'];
  const value = values[randomInteger(random, 0, values.length)];
  const end = found.index + found[0].length;
  return Buffer.from(text.slice(0, end - (found[1]?.length ?? 0)) + value + text.slice(end), 'latin1');
}

async function whole(
  name: string,
): Promise<{ folder: string; files: string[]; given: Awaited<ReturnType<typeof aProjectWithQuestions>> }> {
  const given = await aProjectWithQuestions();
  const folder = join(await temporaryFolder(), 'whole');
  await mkdir(folder);
  const { info, write } = formatNamed(name);
  const path = info.extension === 'json' ? join(folder, 'set.json') : folder;
  await outcomeOf(write!(anExport(given.contents, path, { pathOf })));
  return { folder, files: await filesIn(folder), given };
}

async function imported(
  name: string,
  path: string,
  { contents }: Awaited<ReturnType<typeof aProjectWithQuestions>>,
): Promise<string> {
  const { annotations: _, turns: _turns, targets: _targets, ...rest } = contents;
  const asked = anImport(
    { ...rest, annotations: [], turns: [], targets: [] },
    { kind: 'path', path },
    { pathOf },
  );
  try {
    const { diff, losses } = await outcomeOf(formatNamed(name).read!(asked));
    for (const record of diff.added) entity.parse(record);
    return losses.length > 0 ? 'read, with a word' : 'read';
  } catch (error) {
    if (error instanceof AppError) return 'refused';
    throw error;
  }
}

async function evaluated(format: SourceFormat, path: string, images: string): Promise<string> {
  const asked: string[] = [];
  try {
    await evaluateMuse({
      ...{ museFile: path, format, imagesFolder: images },
      async answer({ image, question }) {
        asked.push(question);
        const logits = new Float32Array(image.width * image.height).fill(1);
        return { text: 'It {seg}.', masks: [{ kind: 'logits', logits, score: 0.5 }] };
      },
      model: { name: 'm', folder: '/m', precision: 'fp32', provider: 'cpu' },
      ...{ threshold: 0, limit: null, style: 'repository', judge: null, isResumed: false, worst: 3 },
      resultFile: join(await temporaryFolder(), 'out.jsonl'),
      signal,
      onProgress: () => undefined,
    });
    return 'measured';
  } catch (error) {
    if (error instanceof AppError) return 'refused';
    throw error;
  }
}

test.each(['muse', 'reason-seg', 'refcoco', 'grand-f', 'sharegpt'])(
  '%s: damaged files, misdirected names and ids are read or refused with a sentence, imported and measured',
  { timeout: 600_000 },
  async (name) => {
    const random = seededRandom(name.length * 104_729 + rounds);
    const { folder, files, given } = await whole(name);
    const data = await Promise.all(files.map((file) => readFile(join(folder, file))));
    const texts = files.flatMap((file, index) => (/\.(?:json|p)$/u.test(file) ? [index] : []));
    const counts: Record<string, number> = {};
    const place = await temporaryFolder();
    for (let round = 0; round < rounds; round++) {
      const damaged = join(place, String(round));
      const victim = texts[randomInteger(random, 0, texts.length)] ?? 0;
      for (const [index, file] of files.entries()) {
        const bytes = data[index] ?? Buffer.alloc(0);
        const change = round % 2 === 0 ? misdirected : (old: Buffer) => mutated(old, random, namesInside);
        await mkdir(dirname(join(damaged, file)), { recursive: true });
        await writeFile(join(damaged, file), index === victim ? change(bytes, random) : bytes);
      }
      const path = files.includes('set.json') ? join(damaged, 'set.json') : damaged;
      const measured = sourceFormats.find((format) => format === name);
      const outcomes = [
        await imported(name, path, given),
        ...(measured ? [await evaluated(measured, path, folder)] : []),
      ];
      for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    if (rounds > 100) console.info(name, counts);
    const ended = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(ended).toBe(rounds * (name === 'sharegpt' ? 1 : 2));
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder of ReasonSeg with a pipe, a folder and a link to nothing among its files is measured by what is there',
  async () => {
    const folder = await temporaryFolder();
    const size = { width: 20, height: 16 };
    const shapes = [
      {
        label: 'target',
        points: [
          [2, 2],
          [9, 2],
          [9, 5],
          [2, 5],
        ],
      },
    ];
    await writeFile(join(folder, 'a.png'), aPng(size));
    await writeFile(
      join(folder, 'a.json'),
      JSON.stringify({ text: ['What is it?'], is_sentence: true, shapes }),
    );
    execFileSync('mkfifo', [join(folder, 'b.json')]);
    await mkdir(join(folder, 'c.json'));
    await symlink(join(folder, 'nowhere'), join(folder, 'd.json'));
    expect(await evaluated('reason-seg', folder, folder)).toBe('measured');
  },
);
