import type { ImageRecord } from '../../common/document/records.ts';
import type { Question } from '../../inference/inference-supervisor.ts';
import type { Pictures } from '../images/pictures.ts';
import type { ProjectStore } from '../project/project-store.ts';

/**
 * An image as the model is given it. Its SHA-256 is its name there: what was read ahead is found again by it.
 *
 * @throws what reading the image's file throws
 */
export async function askedImage(
  pictures: Pictures,
  store: ProjectStore,
  image: ImageRecord,
): Promise<Question['image']> {
  const { width, height, data } = await pictures.pixels(store, image);
  return { key: image.sha256, width, height, rgb: data };
}
