import type { ImageRecord } from '../../common/document/records.ts';
import type { ExportJob, LossList } from './format.ts';
import { isTurnedByExif } from './project-images.ts';

/**
 * Masks are those of the upright photo. Some readers (Pillow, torchvision) open a photo as it is stored, and then find other sides than
 * the file says: worth a word for each.
 */
export async function noteTurnedPhotos(
  { pathOf, signal }: ExportJob,
  images: readonly ImageRecord[],
  losses: LossList,
): Promise<void> {
  for (const image of images) {
    signal.throwIfAborted();
    if (!mayBeTurned.test(image.name)) continue;
    if (await isTurnedByExif(pathOf(image), image.name))
      losses.add(
        'Photos turned by their EXIF orientation: programs that do not turn them see them lying on their side',
        `${image.name}: ${image.width} x ${image.height} here`,
      );
  }
}

/** Kinds in which an orientation is met. */
const mayBeTurned = /\.(?:jpe?g|jpe|jfif|tiff?|webp|png)$/iu;
