import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import type { Runs } from '../../../../electron/common/runs.ts';
import { anImage, anImport, aProject, outcomeOf } from '../../../helpers/project-contents.ts';
import { dot, ring, size } from '../../../helpers/project-with-questions.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

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
const museEntry = (more: object): object => {
  const target = { category_name: 'thing', rephrased_name: 'dot', segmentation: plain(dot) };
  return {
    ...{ file_name: 'a b.png', ann_list: [target], questions: ['Where?'] },
    ...{ text_answers: ['The {seg}.'], answers: [[target]], ...more },
  };
};
const plain = (mask: Runs): object => ({ size: [size.height, size.width], counts: [...mask.counts] });

const mutants: readonly Mutant[] = [
  ['no sizes: those of the picture', 'muse', json(museEntry({ width: undefined })), 1, null],
  [
    'no sizes, and no such picture',
    'muse',
    json(museEntry({ file_name: 'gone.png' }), museEntry(size)),
    1,
    /not in this project/u,
  ],
  [
    'an outline over the border',
    'muse',
    json(
      museEntry({
        ...size,
        ann_list: [{ category_name: 'thing', segmentation: [[-5, -5, 50, -5, 50, 10]] }],
      }),
    ),
    1,
    /cut at the image's border/u,
  ],
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
