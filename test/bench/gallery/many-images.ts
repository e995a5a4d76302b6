import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProjectStore } from '../../../electron/backend/project/project-store.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { targetColours } from '../../../electron/common/palette.ts';
import { rleOf } from '../../../electron/common/rle.ts';
import { areaOf, boxOf } from '../../../electron/common/runs.ts';
import { aPhotograph } from '../../helpers/photograph.ts';
import {
  aCategory,
  aCategoryId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

export interface ManyImages {
  readonly images: number;
  /** On each image. */
  readonly targets: number;
}

/** Different pictures among them: thumbnails are made of real files, each once. */
const pictures = 48;
const classes = ['cup', 'book', 'banana', 'plate', 'dog'];

/** A project of very many images, with targets of several classes, some to review. */
export async function writeManyImages(folder: string, { images, targets }: ManyImages): Promise<string> {
  const random = seededRandom(3);
  await mkdir(join(folder, 'photographs'));
  const files = await Promise.all(
    Array.from({ length: pictures }, async (_, number) => {
      const { jpeg, width, height } = await aPhotograph(number, { width: 480, height: 360 });
      const path = join(folder, 'photographs', `picture-${number}.jpg`);
      await writeFile(path, jpeg);
      return { path, width, height, sha256: createHash('sha256').update(jpeg).digest('hex') };
    }),
  );
  const categories = classes.map((name, order) =>
    aCategory({ id: aCategoryId(name), name, order, colour: targetColours[order] ?? '#e69f00' }),
  );
  const project = join(folder, 'many');
  const store = await ProjectStore.create(project, 'Many');
  store.commit({ added: categories, changed: [], removed: [] });
  for (let first = 0; first < images; first += 500) {
    const added = Array.from({ length: Math.min(500, images - first) }, (_, at) => {
      const number = first + at;
      const file = files[number % pictures];
      if (file === undefined) throw new Error('There is a picture for every number.');
      const { width, height, sha256, path } = file;
      const image = anImage({
        id: anImageId(`image-${number}`),
        name: `cam${number % 4}-${String(number).padStart(5, '0')}.jpg`,
        source: { kind: 'linked', path },
        order: number,
        sha256,
        width,
        height,
      });
      const masks = Array.from({ length: targets }, (__, order) => {
        const runs = boxRuns(
          [
            randomInteger(random, 0, 380),
            randomInteger(random, 0, 280),
            randomInteger(random, 10, 100),
            randomInteger(random, 10, 80),
          ],
          image,
        );
        const category = categories[randomInteger(random, 0, categories.length)];
        return anAnnotation({
          id: anAnnotationId(`target-${number}-${order}`),
          imageId: image.id,
          categoryId: category?.id ?? null,
          name: category?.name ?? 'cup',
          mask: rleOf(runs),
          bbox: boxOf(runs),
          area: areaOf(runs),
          score: random(),
          source: 'model',
          review: number % 3 === 0 ? 'proposed' : 'accepted',
          colour: targetColours[order % targetColours.length] ?? '#e69f00',
          autoColour: true,
          order,
        });
      });
      return [image, ...masks];
    }).flat();
    store.commit({ added, changed: [], removed: [] });
  }
  await store.close();
  return project;
}
