import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import { unionOfAll } from '../../../../electron/common/mask-algebra.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { emptyRuns } from '../../../../electron/common/runs.ts';
import {
  type ContentsAtHand,
  anExport,
  anImport,
  aProject,
  bytesOf,
  outcomeOf,
} from '../../../helpers/project-contents.ts';
import {
  aProjectWithQuestions,
  dot,
  parts,
  pathOf,
  ring,
  size,
} from '../../../helpers/project-with-questions.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

/** Image, question, answer and masks of every turn. */
function saidIn({
  turns,
  targets,
  annotations,
}: Pick<ContentsAtHand, 'turns' | 'targets' | 'annotations'>): string[] {
  return turns
    .map(({ id, imageId, question, answer }) => {
      const masks = targets
        .filter(({ turnId }) => turnId === id)
        .map(({ annotationId }) => annotations.find((each) => each.id === annotationId)?.mask.counts);
      return JSON.stringify([imageId, question, answer?.map(({ text }) => text).join(''), masks]);
    })
    .sort();
}

const union = rleOf(unionOfAll([ring, parts], emptyRuns(size))).counts;
const [ringRle, pairRle, dotRle] = [ring, parts, dot].map((mask) => rleOf(mask).counts);
const caption =
  'Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.';

/** What comes back: the format's own form of what went out. */
const returned: readonly [string, string, string[]][] = [
  [
    'sharegpt',
    'set.json',
    [
      JSON.stringify([
        'image-1',
        'What is round or comes in pairs?',
        'The ring and the “pair”.',
        [ringRle, pairRle],
      ]),
      JSON.stringify(['image-1', 'Where is the ring?', 'The ring.', [ringRle]]),
      JSON.stringify(['image-2', 'What is the smallest thing here?', 'It is the dot.', [dotRle]]),
    ],
  ],
  [
    'grand-f',
    'set.json',
    [
      JSON.stringify(['image-1', caption, 'The ring and the “pair”.', [ringRle, pairRle]]),
      JSON.stringify(['image-1', caption, 'The ring.', [ringRle]]),
      JSON.stringify(['image-2', caption, 'It is the dot.', [dotRle]]),
    ],
  ],
  [
    'reason-seg',
    'set.zip',
    [
      JSON.stringify(['image-1', 'What is round or comes in pairs?', 'It is.', [union]]),
      JSON.stringify(['image-1', 'Where is the ring?', 'It is.', [ringRle]]),
      JSON.stringify(['image-2', 'What is the smallest thing here?', 'It is.', [dotRle]]),
    ],
  ],
  [
    'refcoco',
    'set',
    [
      JSON.stringify(['image-1', 'The ring', 'It is.', [ringRle]]),
      JSON.stringify(['image-1', 'The ring', 'It is.', [ringRle]]),
      JSON.stringify(['image-1', 'the “pair', 'It is.', [pairRle]]),
      JSON.stringify(['image-2', 'the dot', 'It is.', [dotRle]]),
    ],
  ],
];

describe.each(returned)('%s', (id, file, expected) => {
  const format = formatNamed(id);

  test('questions and masks come back to the pixel, on their images, and what the format changes is told', async () => {
    const { contents, folder } = await aProjectWithQuestions();
    const path = join(folder, 'out', file);
    await mkdir(dirname(path));
    const done = await outcomeOf(format.write!(anExport(contents, path, { pathOf })));
    expect([done.verified, done.losses.filter(({ what }) => what.startsWith('Read again'))]).toEqual([
      true,
      [],
    ]);
    const empty = { ...contents, annotations: [], categories: [], turns: [], targets: [] };
    const { diff } = await outcomeOf(format.read!(anImport(empty, { kind: 'path', path }, { pathOf })));
    const back = {
      turns: diff.added.filter((record) => record.kind === 'turn'),
      targets: diff.added.filter((record) => record.kind === 'target'),
      annotations: diff.added.filter((record) => record.kind === 'annotation'),
    };
    expect(saidIn(back)).toEqual([...expected].sort());
    const inspected = await format.inspect!(anImport(empty, { kind: 'path', path }, { pathOf }));
    expect([inspected.images, inspected.matchedImages]).toEqual([2, 2]);
  });

  test.each([
    ['nothing', ''],
    ['an empty object', '{}'],
    ['an empty list', '[]'],
    ['text', 'hello'],
    ['another kind', '[{"questions": [], "answers": []}]'],
    ['control characters', '\u0000\u0001'],
  ])('%s is refused with a sentence', async (_what, text) => {
    await expect(outcomeOf(format.read!(anImport(aProject(), bytesOf(text))))).rejects.toMatchObject({
      code: 'bad-file',
    });
  });

  test('a project without a question has nothing to export, and says so', async () => {
    const { contents, folder } = await aProjectWithQuestions();
    const without = { ...contents, turns: [], targets: [] };
    await expect(
      outcomeOf(format.write!(anExport(without, join(folder, file), { pathOf }))),
    ).rejects.toMatchObject({ code: 'nothing-to-export' });
  });

  test('a damaged file is told of or refused; what comes in is whole', async () => {
    const { contents, folder } = await aProjectWithQuestions();
    const path = join(folder, 'out', 'set' + (file.endsWith('.json') ? '.json' : ''));
    await mkdir(dirname(path));
    await outcomeOf(format.write!(anExport(contents, path, { pathOf })));
    const names = file.endsWith('.json')
      ? [path]
      : (await readdir(path, { recursive: true })).map((name) => join(path, name));
    const [target] = names.filter((name) => /\.(?:json|p)$/u.test(name));
    if (target === undefined) throw new Error('Broken assumption: a file was written');
    const whole = await readFile(target);
    const random = seededRandom(11);
    for (let round = 0; round < 60; round++) {
      const damaged = Buffer.from(whole);
      for (let change = 0; change < 3; change++)
        damaged[randomInteger(random, 0, damaged.length - 1)] = randomInteger(random, 0, 255);
      await writeFile(
        target,
        round % 5 === 0 ? damaged.subarray(0, randomInteger(random, 1, damaged.length)) : damaged,
      );
      try {
        const { diff } = await outcomeOf(
          format.read!(anImport(contents, { kind: 'path', path }, { pathOf })),
        );
        for (const record of diff.added)
          if (record.kind === 'annotation') expect(record.area).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^bad-|too-large/u) as string });
      }
    }
  });
});

test.each(['muse', 'sharegpt'])(
  '%s brings back what tells a target from others, and not what the answer says anyway',
  async (id) => {
    const { contents, folder } = await aProjectWithQuestions();
    const described = {
      ...contents,
      targets: contents.targets.map((target, index) =>
        index === 0 ? { ...target, description: 'the hollow one' } : target,
      ),
    };
    const path = join(folder, 'set.json');
    await outcomeOf(formatNamed(id).write!(anExport(described, path, { pathOf })));
    const empty = { ...contents, annotations: [], categories: [], turns: [], targets: [] };
    const { diff } = await outcomeOf(
      formatNamed(id).read!(anImport(empty, { kind: 'path', path }, { pathOf })),
    );
    const targets = diff.added.filter((record) => record.kind === 'target');
    expect(targets.map(({ description }) => description)).toEqual(['the hollow one', null, null, null]);
  },
);
