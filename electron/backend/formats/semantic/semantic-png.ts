import { grouped } from '../../../common/grouped.ts';
import { unionOf } from '../../../common/mask-algebra.ts';
import type { Runs } from '../../../common/runs.ts';
import type { DatasetFile, DatasetToWrite, ImageToWrite } from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import { withoutEnding } from '../match-images.ts';
import { indexedPng } from '../indexed-png.ts';
import { noteCovered, paintNumbers, visibleTargets } from '../label-maps.ts';
import { binaryOption } from './black-and-white.ts';
import { readLabelPictures } from './read-masks.ts';

export const semanticPng = datasetFormat({
  id: 'semantic-png',
  label: 'Semantic label pictures',
  description:
    'A folder (or .zip) with a grey PNG for each image whose pixels are the number of their class (0: none), and classes.txt. Targets of one class become one. Reads masks beside pictures (a_mask.png), black and white ones, Cityscapes, KITTI, ADE20K and MVTec too.',
  endings: ['zip'],
  accounts: ['classes'],
  importOptions: [binaryOption],
  writer: { pictureName, files, carries },
  read: readLabelPictures,
});

const mostClasses = 255;

function pictureName({ name, split }: ImageToWrite): string {
  return split === null ? `images/${name}` : `images/${split}/${name}`;
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  for (const { name } of set.classes.slice(mostClasses))
    set.losses.add(`Classes left out: a PNG of 8 bits has ${mostClasses}`, name);
  const names = [
    'background',
    ...set.classes.slice(0, mostClasses).map(({ name }) => name.replaceAll(/[\r\n]/gu, ' ')),
  ];
  yield { name: 'classes.txt', data: `${names.join('\n')}\n` };
  for (const image of set.images) {
    set.signal.throwIfAborted();
    const visible = visibleTargets(image);
    noteCovered(image, visible, set.losses);
    for (const alike of grouped(visible, ({ target }) => target.classIndex).values())
      if (alike.length > 1)
        for (const { target } of alike)
          set.losses.add(
            'Targets told apart no longer: one picture of classes holds no single ones',
            target.where,
          );
    const parts = visible
      .filter(({ target }) => target.classIndex < mostClasses)
      .map(({ target, mask }) => ({ mask, number: target.classIndex + 1 }));
    const numbers = paintNumbers(
      new Uint8Array(image.record.width * image.record.height),
      image.record,
      parts,
    );
    const folder = image.split === null ? 'masks' : `masks/${image.split}`;
    yield {
      name: `${folder}/${withoutEnding(image.name)}.png`,
      data: indexedPng(numbers, image.record, null),
    };
  }
}

function carries(image: ImageToWrite): { className: string; mask: Runs }[] {
  const byClass = new Map<string, Runs>();
  for (const { target, mask } of visibleTargets(image)) {
    if (target.classIndex >= mostClasses) continue;
    const name = target.className.replaceAll(/[\r\n]/gu, ' ');
    const known = byClass.get(name);
    byClass.set(name, known ? unionOf(known, mask) : mask);
  }
  return [...byClass].map(([className, mask]) => ({ className, mask }));
}
