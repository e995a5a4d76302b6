import type { Runs } from '../../../common/runs.ts';
import type { DatasetFile, DatasetToWrite, ImageToWrite } from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import { withoutEnding } from '../match-images.ts';
import { indexedPng, vocColour } from '../indexed-png.ts';
import { noteCovered, paintNumbers, visibleTargets, type VisibleTarget } from '../label-maps.ts';
import { addTo } from '../../../common/grouped.ts';
import { readVoc } from './read-voc.ts';

export const voc = datasetFormat({
  id: 'voc',
  label: 'Pascal VOC segmentation',
  description:
    'A folder (or .zip) with JPEGImages, SegmentationClass, SegmentationObject (indexed PNG) and labelmap.txt. A pixel has one number: what lies on top wins. Without label pictures, boxes and polygons of Annotations are read.',
  endings: ['zip', 'xml'],
  accounts: ['classes'],
  writer: { pictureName: ({ name }) => `JPEGImages/${name}`, files, carries },
  read: readVoc,
});

/** 0 is the background, 255 the void of VOC. */
const mostNumbers = 254;

const palette = Array.from({ length: 256 }, (_, index) =>
  index === 255 ? ([224, 224, 192] as const) : vocColour(index),
);

function kept(visible: readonly VisibleTarget[]): VisibleTarget[] {
  return visible.filter(({ target }) => target.classIndex < mostNumbers).slice(0, mostNumbers);
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const names = ['background', ...set.classes.map(({ name }) => name)].slice(0, mostNumbers + 1);
  for (const { name } of set.classes.slice(mostNumbers))
    set.losses.add(`Classes left out: a PNG of 8 bits has ${mostNumbers}`, name);
  const lines = names.map((name, index) => `${labelName(name)}:${(palette[index] ?? [0, 0, 0]).join(',')}::`);
  yield { name: 'labelmap.txt', data: `# label:color_rgb:parts:actions\n${lines.join('\n')}\n` };
  const parts = new Map<string, string[]>();
  for (const image of set.images) {
    set.signal.throwIfAborted();
    const all = visibleTargets(image);
    const visible = kept(all);
    noteCovered(image, all, set.losses);
    for (const { target } of all.slice(mostNumbers))
      set.losses.add(`Targets left out: a PNG of 8 bits has ${mostNumbers}`, target.where);
    const stem = withoutEnding(image.name);
    const pixels = image.record.width * image.record.height;
    const classes = paintNumbers(
      new Uint8Array(pixels),
      image.record,
      visible.map(({ target, mask }) => ({ mask, number: target.classIndex + 1 })),
    );
    const objects = paintNumbers(
      new Uint8Array(pixels),
      image.record,
      visible.map(({ mask }, index) => ({ mask, number: index + 1 })),
    );
    yield { name: `SegmentationClass/${stem}.png`, data: indexedPng(classes, image.record, palette) };
    yield { name: `SegmentationObject/${stem}.png`, data: indexedPng(objects, image.record, palette) };
    const part = image.split ?? 'train';
    addTo(parts, part, stem);
  }
  for (const [part, stems] of parts)
    yield { name: `ImageSets/Segmentation/${part}.txt`, data: `${stems.join('\n')}\n` };
}

/** A colon or a new line would end the name in labelmap.txt. */
function labelName(name: string): string {
  return name.replaceAll(/[:\r\n]/gu, ' ');
}

function carries(image: ImageToWrite): { className: string; mask: Runs }[] {
  return kept(visibleTargets(image)).map(({ target, mask }) => ({
    className: labelName(target.className),
    mask,
  }));
}
