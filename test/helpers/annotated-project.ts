import { newAnnotation, newCategory } from '../../electron/common/document/new-records.ts';
import type { AnnotationId, CategoryId, Entity, ImageId } from '../../electron/common/document/records.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import { rleOf } from '../../electron/common/rle.ts';
import type { App } from './an-app.ts';

/** Images with two cups and a plate each, accepted. @returns the images' ids */
export async function withScenes(app: App, count: number): Promise<ImageId[]> {
  const cup = newCategory({ id: 'cup' as CategoryId, name: 'cup', colour: '#0072b2', order: 1 });
  const plate = newCategory({ id: 'plate' as CategoryId, name: 'plate', colour: '#d55e00', order: 2 });
  const added: Entity[] = [cup, plate];
  const ids: ImageId[] = [];
  for (let number = 0; number < count; number++) {
    const size = { width: 12 + number, height: 8 };
    const imageId = await app.addImage(size);
    ids.push(imageId);
    [cup, cup, plate].forEach((category, index) => {
      const box = [4 * index, 1, 3, 5] as const;
      added.push(
        newAnnotation({
          id: `${imageId.slice(0, 30)}-${index}` as AnnotationId,
          ...{ imageId, categoryId: category.id, name: `${category.name} ${index}` },
          mask: rleOf(boxRuns(box, size)),
          bbox: box,
          area: 15,
          source: 'person',
          colour: category.colour,
          order: index,
          createdAt: '2026-11-27T00:00:00.000Z',
        }),
      );
    });
  }
  await app.commit({ added, changed: [], removed: [] });
  return ids;
}
