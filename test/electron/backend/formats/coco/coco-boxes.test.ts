import { expect, test } from 'vitest';
import { coco } from '../../../../../electron/backend/formats/coco/coco.ts';
import { anImport, aProject, bytesOf, outcomeOf } from '../../../../helpers/project-contents.ts';

const polygon = [[1, 1, 3, 1, 3, 3, 1, 3]];
const given = {
  images: [{ id: 7, file_name: 'photo-1.jpg', width: 12, height: 10 }],
  categories: [{ id: 3, name: 'cup' }],
  annotations: [
    { segmentation: polygon, bbox: [1, 1, 2, 2] },
    { bbox: [2, 3, 4, 5] },
    { segmentation: [], bbox: [0.5, 0, 3, 2] },
    { segmentation: null, bbox: [8, 0, 9, 2] },
    { segmentation: null, bbox: [80, 0, 9, 2] },
    { segmentation: [[]], bbox: [1, 1, 0, 2] },
  ].map((fields, at) => ({ id: at + 1, image_id: 7, category_id: 3, area: 4, iscrowd: 0, ...fields })),
};

/** Boxes and pixels of what came in, and all that was told. */
async function read(options: Record<string, string>): Promise<{ come: number[][]; told: string[] }> {
  const job = anImport(aProject(), bytesOf(JSON.stringify(given)), { options });
  const { diff, losses } = await outcomeOf(coco.read!(job));
  return {
    come: diff.added.flatMap((each) => (each.kind === 'annotation' ? [[...each.bbox, each.area]] : [])),
    told: losses.map(({ what, examples }) => `${what} (${examples.join('; ')})`),
  };
}

test('boxes without a mask are rectangles where that is asked for, in all records or some', async () => {
  expect(await read({ boxes: 'fill' })).toEqual({
    come: [
      [1, 1, 2, 2, 4],
      [2, 3, 4, 5, 20],
      [1, 0, 3, 2, 6],
      [8, 0, 4, 2, 8],
    ],
    told: [
      'Boxes: imported as filled rectangles (annotation 2; annotation 3; annotation 4)',
      "Polygons cut at the image's border: they reach outside (annotation 4; annotation 5)",
      'Targets left out: their mask holds no pixel of the image (annotation 5)',
      'Targets left out: their polygon is damaged (annotation 6: A polygon needs at least 3 points; this one has 0.)',
    ],
  });
});

test('else they are left out, and the way to have them is said', async () => {
  const { come, told } = await read({});
  expect([come, told]).toEqual([
    [[1, 1, 2, 2, 4]],
    [
      expect.stringMatching(/^Targets left out, though they have a box \(an option of the import takes it/u),
      expect.stringMatching(/^Targets left out: their polygon is damaged/u),
    ],
  ]);
});
