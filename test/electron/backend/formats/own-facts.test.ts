import { expect, test } from 'vitest';
import {
  commentsIn,
  readOwnOfClass,
  readOwnOfImage,
} from '../../../../electron/backend/formats/own-facts.ts';
import { readOwnFacts } from '../../../../electron/backend/formats/own-attributes.ts';
import { createLossList } from '../../../../electron/backend/formats/format.ts';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import { entity } from '../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { anImage, anImport, aProject, bytesOf, outcomeOf } from '../../../helpers/project-contents.ts';

const at = '2026-11-27T12:00:00.000Z';
const size = { width: 40, height: 30 };
const odd: readonly unknown[] = [
  ...[null, 7, 'x', [], {}, true],
  { state: 'lost', split: 'both', licence: 'none', comments: 'Nice' },
  {
    state: 1,
    split: null,
    licence: { name: 1 },
    comments: [null, { text: '' }, { text: 'a', at: 'yesterday' }],
  },
  { comments: [{ text: 'x'.repeat(10_001), at }], score: 'high', review: 'perhaps', source: 'a dream' },
  {
    comments: Array.from({ length: 1_200 }, () => ({ text: 'Nice', at })),
    edited: 1,
    hidden: 'no',
    crowd: [],
  },
  { supercategory: 7, attributes: [null, { name: '' }, { name: 'a', type: 'choice' }], name: { a: 1 } },
  { name: 'y'.repeat(5_000), supercategory: 'z'.repeat(2_000), attributes: 'many', score: 1e300 },
];

test.each(['coco', 'lvis', 'datumaro', 'labelme'])(
  'whatever stands in a field of our own, what comes in of %s is a document that can be kept',
  async (id) => {
    for (const pixellm of odd) {
      const mask = boxRuns([4, 3, 16, 12], size);
      const coco = {
        images: [{ id: 1, file_name: 'a.png', ...size, pixellm }],
        categories: [{ id: 1, name: 'cup', pixellm }],
        annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation: rleOf(mask), pixellm }],
      };
      const target = { type: 'mask', label_id: 0, rle: rleOf(mask), pixellm };
      const files: Record<string, unknown> = {
        ...{ coco, lvis: coco },
        datumaro: {
          categories: { label: { labels: [{ name: 'cup', pixellm }] } },
          items: [{ id: 'a', annotations: [target], image: { path: 'a.png', size: [30, 40] }, pixellm }],
        },
        labelme: {
          ...{ imagePath: 'a.png', imageData: null, pixellm },
          shapes: [
            {
              label: 'cup',
              shape_type: 'rectangle',
              points: [
                [4, 3],
                [20, 15],
              ],
              pixellm,
            },
          ],
        },
      };
      const contents = aProject({ images: [anImage(1, { ...size, name: 'a.png' })], categories: [] });
      const { diff, annotations } = await outcomeOf(
        formatNamed(id).read!(anImport(contents, bytesOf(files[id]))),
      );
      expect(annotations).toBe(1);
      for (const record of [...diff.added, ...diff.changed.map(([, after]) => after)])
        expect(entity.safeParse(record).error).toBeUndefined();
    }
  },
);

test('what cannot be taken over is told, and the rest comes', () => {
  const losses = createLossList();
  const own = { state: 'done', split: 'both', comments: [{ text: 'Nice', at }, { text: 'a' }] };
  expect(readOwnOfImage({ pixellm: own }, losses, 'a.png')).toEqual({
    state: 'done',
    comments: [{ text: 'Nice', at }],
  });
  expect(losses.losses).toEqual([
    {
      what: 'States and parts of images left out: there is no such one',
      count: 1,
      examples: ['a.png: "both"'],
    },
    {
      what: 'Comments left out: they are no text with its time',
      count: 1,
      examples: ['a.png: {"text":"a"}'],
    },
  ]);
  expect(commentsIn('Nice', losses, 'b.png')).toEqual([]);
  expect(losses.losses.at(-1)?.count).toBe(2);
  expect(readOwnOfClass({ name: 'cup' })).toEqual({});
  expect(readOwnFacts({}, losses, 'target 1')).toMatchObject({
    source: 'import',
    comments: [],
    edited: false,
  });
});
