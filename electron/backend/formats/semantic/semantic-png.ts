import type { Split } from '../../../common/document/records.ts';
import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { grouped } from '../../../common/grouped.ts';
import { unionOf } from '../../../common/mask-algebra.ts';
import type { Runs } from '../../../common/runs.ts';
import type {
  DatasetFile,
  DatasetToWrite,
  FoundDataset,
  FoundTarget,
  ImageToWrite,
  ReadContext,
} from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import { type FileTree, textOf } from '../dataset/file-tree.ts';
import { withoutEnding } from '../match-images.ts';
import { linesOf } from '../decoded-text.ts';
import { indexedPng } from '../indexed-png.ts';
import { labelMasksOf, noteCovered, paintNumbers, visibleTargets } from '../label-maps.ts';

export const semanticPng = datasetFormat({
  id: 'semantic-png',
  label: 'Semantic label pictures',
  description:
    'A folder (or .zip) with a grey PNG for each image whose pixels are the number of their class (0: none), and classes.txt. Targets of one class become one.',
  endings: ['zip'],
  accounts: ['classes'],
  writer: { pictureName, files, carries },
  read,
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

async function read(tree: FileTree, { losses, signal, withEnding }: ReadContext): Promise<FoundDataset> {
  const classesFile = tree.names.find((name) => /(?:^|\/)(?:classes|labels)\.txt$/iu.test(name));
  const listed = classesFile ? await textOf(tree, classesFile) : null;
  const names = linesOf(listed ?? '').filter((line) => line !== '');
  const place = /^(?:.*\/)?(?:masks|labels|annotations)\/(?:(train|val|test)\/)?(.+)\.png$/iu;
  const masks = tree.names.filter((name) => place.test(name));
  if (masks.length === 0)
    throw new AppError('bad-file', 'This is no set of label pictures: it has no PNG in a folder "masks".');
  const pictures = new Map(
    tree.names.flatMap((name) => {
      const inside = /^(?:.*\/)?images\/(?:(?:train|val|test)\/)?(.+)$/u.exec(name)?.[1];
      return inside === undefined ? [] : [[withoutEnding(inside), inside] as const];
    }),
  );
  const images = masks.map((name) => {
    const [, split, stem = ''] = place.exec(name) ?? [];
    return {
      wanted: { name: pictures.get(stem) ?? withEnding(stem), size: null, sha256: null },
      // Holds: the pattern names the three parts.
      split: (split ?? null) as Split | null,
      targets: async (size: Size): Promise<FoundTarget[]> => {
        signal.throwIfAborted();
        const data = await tree.read(name);
        try {
          const isGreyColour = (colour: number): boolean => colour === (colour & 255) * 65_793;
          const found = data ? await labelMasksOf(data, { name, size }, isGreyColour) : null;
          return [...(found?.masks ?? [])]
            .filter(([colour]) => colour !== 0)
            .map(([colour, mask]) => {
              const number = colour & 255;
              const isGrey = found?.isIndexed === true || isGreyColour(colour);
              const className = isGrey
                ? (names[number] ?? `class ${number}`)
                : `colour #${colour.toString(16)}`;
              return { where: `number ${number} of ${name}`, className, mask };
            });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          losses.add('Targets of an image left out: its label picture cannot be read', error.message);
          return [];
        }
      },
    };
  });
  return { classes: names.slice(1).map((name) => ({ name })), images };
}
