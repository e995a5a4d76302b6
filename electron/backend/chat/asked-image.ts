import { type Lab, labOf } from '../../common/lab.ts';
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

/** Colours are looked at in so many rows and columns at most. */
const sampledSide = 64;

/** The picture's colours, spread evenly over it. */
export function colourSamples({
  width,
  height,
  rgb,
}: Pick<Question['image'], 'width' | 'height' | 'rgb'>): readonly Lab[] {
  const [columns, rows] = [Math.min(sampledSide, width), Math.min(sampledSide, height)];
  return Array.from({ length: columns * rows }, (_, index) => {
    const x = Math.floor((((index % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(index / columns) + 0.5) * height) / rows);
    const at = 3 * (y * width + x);
    return labOf(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0);
  });
}
