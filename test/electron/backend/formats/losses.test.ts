import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formats } from '../../../../electron/backend/formats/registry.ts';
import type { CategoryId } from '../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import {
  aCategory,
  aProject,
  anAnnotation,
  anExport,
  anImage,
  outcomeOf,
} from '../../../helpers/project-contents.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 40, height: 30 };

/** Two targets of one class that overlap, one that lies beneath another class, names, a score, an attribute, a crowd. */
async function whatNotAllCanCarry() {
  const folder = await temporaryFolder();
  const path = join(folder, 'a.png');
  await writeFile(path, aPng(size, 1));
  const contents = aProject({
    images: [anImage(1, { ...size, name: 'a.png', source: { kind: 'linked', path } })],
    categories: [aCategory(1, 'cup'), aCategory(2, 'plate')],
    annotations: [
      anAnnotation(1, boxRuns([2, 2, 12, 10], size), {
        name: 'left cup',
        score: 0.5,
        attributes: { colour: 'red' },
      }),
      anAnnotation(2, boxRuns([6, 6, 12, 10], size), { name: 'cup' }),
      anAnnotation(3, boxRuns([14, 2, 6, 6], size), {
        name: 'plate',
        categoryId: 'category-2' as CategoryId, // the second one above
        crowd: true,
      }),
    ],
  });
  return { folder, contents, pathOf: () => path };
}

const manyInOnePixel = '2 Targets that others cover in part: a pixel has one number';

test.each([
  ['coco', []],
  ['coco-results', ['2 Targets without a score: written as certain (1)']],
  ['lvis', ['1 Attributes: LVIS has no place for them', '1 Crowd flags: LVIS has no place for them']],
  ['coco-panoptic', [manyInOnePixel, '1 Names, scores and attributes: COCO panoptic has no place for them']],
  [
    'yolo-seg',
    [
      '1 Names, scores and attributes: YOLO has no place for them',
      '1 Crowd flags: YOLO has no place for them',
    ],
  ],
  [
    'voc',
    [
      manyInOnePixel,
      '1 Names, scores and attributes: VOC has no place for them',
      '1 Crowd flags: VOC has no place for them',
    ],
  ],
  [
    'labelme',
    [
      '1 Scores: labelme has no place for them',
      '1 Attributes that are no flags: labelme has no place for them',
      '1 Crowd flags: labelme has no place for them',
    ],
  ],
  ['cvat', ['1 Scores: CVAT has no place for them', '1 Crowd flags: CVAT has no place for them']],
  [
    'label-studio',
    [
      '1 Attributes: Label Studio keeps them in regions of their own, which are not written',
      '1 Crowd flags: Label Studio has no place for them',
    ],
  ],
  ['datumaro', []],
  [
    'semantic-png',
    [manyInOnePixel, '3 Targets told apart no longer: one picture of classes holds no single ones'],
  ],
])('an export as %s says what of a project it has no room for', async (id, wanted) => {
  const { folder, contents, pathOf } = await whatNotAllCanCarry();
  const format = formats.find(({ info }) => info.id === id);
  if (!format?.write) throw new Error(`There is no format ${id} that is written.`);
  const options = format.info.options.some(({ name }) => name === 'split') ? { split: 'none' } : {};
  const path = join(folder, format.info.id);
  const { losses, verified } = await outcomeOf(format.write(anExport(contents, path, { options, pathOf })));
  expect([verified, losses.map(({ what, count }) => `${count} ${what}`)]).toEqual([true, wanted]);
});

test('every format that holds data sets is in the list above or has its losses tested with its questions', () => {
  const ids = formats.flatMap(({ info, read, write }) => (read && write ? [info.id] : []));
  expect(ids.toSorted()).toEqual(
    [
      ...['coco', 'lvis', 'coco-panoptic', 'yolo-seg', 'voc', 'labelme', 'cvat', 'label-studio', 'datumaro'],
      ...['semantic-png', 'muse', 'reason-seg', 'grand-f', 'refcoco', 'sharegpt'],
    ].toSorted(),
  );
});
