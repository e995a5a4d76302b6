import { expect, test } from 'vitest';
import { createLossList } from '../../../../../electron/backend/formats/format.ts';
import { readGrandF } from '../../../../../electron/backend/formats/grand-f/grand-f-file.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../../electron/common/rle.ts';
import { areaOf } from '../../../../../electron/common/runs.ts';

const size = { width: 20, height: 16 };
const [cup, saucer] = [rleOf(boxRuns([1, 1, 4, 4], size)), rleOf(boxRuns([6, 1, 4, 4], size))];

async function read(value: unknown) {
  const losses = createLossList();
  const source = { kind: 'bytes', name: 'g.json', data: Buffer.from(JSON.stringify(value)) } as const;
  const entries = [];
  for await (const entry of readGrandF(source, { losses, signal: new AbortController().signal }))
    entries.push(entry);
  return { entries, losses: losses.losses.map(({ what, count }) => `${count} ${what}`) };
}

test('phrases of a training file come in the order of the caption, several masks of one as one', async () => {
  const groundings = {
    'a saucer': { token_positives: [10, 18], rle_masks: [saucer] },
    'two cups': { token_positives: [0, 8], rle_masks: [cup, saucer] },
  };
  const { entries, losses } = await read([{ file_name: 'a.jpg', caption: 'two cups, a saucer', groundings }]);
  expect(losses).toEqual(['1 Phrases of several masks: each is one target']);
  expect(entries[0]).toMatchObject({ image: 'a.jpg', caption: 'two cups, a saucer', size });
  expect(entries[0]?.phrases.map(({ phrase, place, mask }) => [phrase, place, areaOf(mask)])).toEqual([
    ['two cups', [0, 8], 32],
    ['a saucer', [10, 18], 16],
  ]);
});

test('predictions are read by image', async () => {
  const { entries } = await read({ '000001': { caption: 'A cup.', phrases: ['A cup'], pred_masks: [cup] } });
  expect(entries[0]).toMatchObject({ image: '000001', caption: 'A cup.' });
  expect(entries[0]?.phrases[0]).toMatchObject({ phrase: 'A cup', place: null });
});

test('a phrase with a damaged mask and a record without a caption are left out and said', async () => {
  const groundings = {
    'a cup': { token_positives: [0, 5], rle_masks: [{ ...cup, counts: '~' }] },
    'a saucer': { rle_masks: [saucer] },
  };
  const { entries, losses } = await read([
    { file_name: 'a.jpg', caption: 'x', groundings },
    { file_name: 'b.jpg' },
    5,
  ]);
  expect(entries[0]?.phrases.map(({ phrase }) => phrase)).toEqual(['a saucer']);
  expect(losses).toEqual([
    '1 Phrases left out: a mask of theirs cannot be read',
    '2 Records left out: they have no caption',
  ]);
});

test('a file of something else is refused', async () => {
  await expect(read([{ a: 1 }])).rejects.toThrow('no GranD-f file');
});
