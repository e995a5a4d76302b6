import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import { unionOfAll } from '../../../../electron/common/mask-algebra.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { emptyRuns, type Runs } from '../../../../electron/common/runs.ts';
import {
  type ContentsAtHand,
  anExport,
  anImage,
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
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

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

/** Mutants each format is known to come with; the words of what is told. */
const rle = (mask: Runs): object => rleOf(mask);
const conversation = (image: unknown, more: object = {}): object => ({
  ...{ id: '1', image, masks: [{ label: 'the dot', category: 'thing', segmentation: rle(dot) }] },
  conversations: [
    { from: 'human', value: '<image>\nWhere?' },
    { from: 'gpt', value: 'The dot [SEG].' },
  ],
  ...more,
});
const grounded = (file_name: unknown, more: object = {}): object => ({
  ...{ file_name, caption: 'The dot.', image_id: '1' },
  groundings: { 'The dot': { token_positives: [0, 7], rle_masks: [rle(dot)] } },
  ...more,
});
const refs = (image: object, reference: object = {}): Record<string, string> => ({
  'refs.json': JSON.stringify([
    {
      ref_id: 1,
      ann_id: 7,
      image_id: 5,
      category_id: 1,
      split: 'testA',
      sentences: [{ sent: 'the dot' }],
      ...reference,
    },
  ]),
  'instances.json': JSON.stringify({
    images: [{ id: 5, ...size, ...image }],
    annotations: [{ id: 7, image_id: 5, category_id: 1, segmentation: rle(dot) }],
    categories: [{ id: 1, name: 'thing' }],
  }),
});
const reasonSeg = { text: ['Where?'], is_sentence: true, shapes: [{ label: 'target', points: [[0, 29]] }] };

type Mutant = readonly [
  what: string,
  id: string,
  files: Record<string, string>,
  turns: number,
  told: RegExp | null,
];
const json = (...records: object[]): Record<string, string> => ({ 'set.json': JSON.stringify(records) });
const mutants: readonly Mutant[] = [
  ['a list of one image', 'sharegpt', json(conversation(['a b.png'])), 1, null],
  [
    'words to the model first',
    'sharegpt',
    json(
      conversation('a b.png', {
        conversations: [
          { from: 'system', value: 'Be brief.' },
          { from: 'human', value: 'Where?' },
          { from: 'gpt', value: 'The dot [SEG].' },
        ],
      }),
    ),
    1,
    /Words to the model before/u,
  ],
  [
    'more masks than marks',
    'sharegpt',
    json(
      conversation('a b.png', {
        conversations: [
          { from: 'human', value: 'Where?' },
          { from: 'gpt', value: 'There.' },
        ],
      }),
    ),
    1,
    /no \[SEG\] stands for them/u,
  ],
  [
    'a field of its own',
    'sharegpt',
    json(conversation('a b.png', { source: 'web' })),
    1,
    /no place here: source/u,
  ],
  ['a field of its own', 'grand-f', json(grounded('a b.png', { dense: 'x' })), 1, /no place here: dense/u],
  [
    'a phrase of several masks',
    'grand-f',
    json(
      grounded('a b.png', {
        groundings: { 'The dot': { token_positives: [0, 7], rle_masks: [rle(dot), rle(ring)] } },
      }),
    ),
    1,
    /several masks/u,
  ],
  [
    'an outline over the border',
    'reason-seg',
    {
      'a b.json': JSON.stringify({
        ...reasonSeg,
        shapes: [
          {
            label: 'target',
            points: [
              [-4, -4],
              [50, -4],
              [50, 10],
            ],
          },
        ],
      }),
    },
    1,
    /cut at the image's border/u,
  ],
  [
    'no question',
    'reason-seg',
    { 'a b.json': JSON.stringify({ ...reasonSeg, text: [] }) },
    0,
    /ask nothing/u,
  ],
  ['a Windows path', 'sharegpt', json(conversation('D:\\photos\\cam1\\a b.png')), 1, null],
  ['an absolute path', 'sharegpt', json(conversation('/data/set/cam1/a b.png')), 1, null],
  [
    'the same name in two folders',
    'sharegpt',
    json(conversation('cam1/same.png'), conversation('cam2/same.png')),
    2,
    null,
  ],
  ['no image', 'sharegpt', json(conversation(undefined), conversation('a b.png')), 1, /about no image/u],
  ['a 64-bit id', 'sharegpt', json(conversation('a b.png', { id: 2 ** 60 })), 1, null],
  ['no mask', 'sharegpt', json(conversation('a b.png', { masks: undefined })), 1, /missing or damaged/u],
  [
    'a mask of another size',
    'sharegpt',
    json(
      conversation('a b.png', {
        masks: [{ label: '', category: '', segmentation: { size: [3, 3], counts: '9' } }],
      }),
    ),
    1,
    /missing or damaged/u,
  ],
  [
    'roles of another dialect',
    'sharegpt',
    json(
      conversation('a b.png', {
        conversations: undefined,
        messages: [
          { role: 'user', content: 'Where?' },
          { role: 'assistant', content: 'The dot [SEG].' },
        ],
      }),
    ),
    1,
    null,
  ],
  ['a Windows path', 'grand-f', json(grounded('D:\\photos\\cam1\\a b.png')), 1, null],
  ['an absolute path', 'grand-f', json(grounded('/data/set/cam1/a b.png')), 1, null],
  [
    'the same name in two folders',
    'grand-f',
    json(grounded('cam1/same.png'), grounded('cam2/same.png')),
    2,
    null,
  ],
  [
    'no file name',
    'grand-f',
    json(grounded(undefined, { image_id: 7 }), grounded('a b.png')),
    1,
    /no caption/u,
  ],
  ['a 64-bit id', 'grand-f', json(grounded('a b.png', { image_id: 2 ** 60 })), 1, null],
  [
    'a phrase without its place',
    'grand-f',
    json(grounded('a b.png', { groundings: { 'The dot': { rle_masks: [rle(dot)] } } })),
    1,
    null,
  ],
  [
    'a mask that is none',
    'grand-f',
    json(grounded('a b.png', { groundings: { x: { rle_masks: ['no'] } } }), grounded('a b.png')),
    1,
    /cannot be read/u,
  ],
  ['a Windows path', 'refcoco', refs({ file_name: 'D:\\photos\\cam1\\a b.png' }), 1, null],
  ['an absolute path', 'refcoco', refs({ file_name: '/data/set/cam1/a b.png' }), 1, null],
  ['no sizes', 'refcoco', refs({ file_name: 'a b.png', width: undefined, height: undefined }), 1, null],
  ['text ids', 'refcoco', refs({ file_name: 'a b.png', id: '5' }, { image_id: '5', ann_id: '7' }), 1, null],
  [
    'an image that is not listed',
    'refcoco',
    refs({ file_name: 'a b.png', id: 6 }),
    0,
    /not in instances\.json/u,
  ],
  [
    'a mask that is not listed',
    'refcoco',
    refs({ file_name: 'a b.png' }, { ann_id: 8 }),
    0,
    /not in instances\.json/u,
  ],
  ['no words', 'refcoco', refs({ file_name: 'a b.png' }, { sentences: [] }), 0, /no image, mask or words/u],
  [
    'one text that is no list',
    'reason-seg',
    { 'a b.json': JSON.stringify({ ...reasonSeg, text: 'Where?' }) },
    1,
    null,
  ],
  [
    'a file of western Windows',
    'reason-seg',
    { 'a b.json': JSON.stringify({ ...reasonSeg, text: ['café'] }) },
    1,
    null,
  ],
  [
    'a shape without points',
    'reason-seg',
    { 'a b.json': JSON.stringify({ ...reasonSeg, shapes: [{ label: 'target', points: [] }] }) },
    0,
    /cannot be read/u,
  ],
  [
    'only what is ignored',
    'reason-seg',
    {
      'a b.json': JSON.stringify({
        ...reasonSeg,
        shapes: [
          {
            label: 'ignore',
            points: [
              [0, 0],
              [9, 9],
            ],
          },
        ],
      }),
    },
    1,
    /empty/u,
  ],
];

test.each(mutants)('%s: %s', async (_what, id, files, turns, told) => {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const contents = aProject({
    images: [
      anImage(1, { ...size, name: 'a b.png', folders: 'cam1' }),
      anImage(2, { ...size, name: 'same.png', folders: 'cam1' }),
      anImage(3, { ...size, name: 'same.png', folders: 'cam2' }),
    ],
  });
  const names = Object.keys(files);
  const path = names.length === 1 && id !== 'reason-seg' ? join(folder, names[0] ?? '') : folder;
  const { diff, losses } = await outcomeOf(formatNamed(id).read!(anImport(contents, { kind: 'path', path })));
  const said = losses.map(({ what, examples }) => `${what}: ${examples[0] ?? ''}`).join('\n');
  expect(diff.added.filter(({ kind }) => kind === 'turn').length, said).toBe(turns);
  if (told) expect(said).toMatch(told);
  else expect(said).not.toMatch(/left out|missing/u);
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
