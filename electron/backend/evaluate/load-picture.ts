import { AppError } from '../../common/errors.ts';
import type { LossList } from '../formats/format.ts';
import type { MuseEntry } from '../formats/muse/muse-file.ts';
import { decodeRgb } from '../images/image-decoder.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { lastPart } from '../formats/match-images.ts';
import { findMuseImage } from './find-image.ts';

export interface LoadedPicture {
  readonly path: string;
  readonly image: RgbImage;
}

/** The entry's picture, or null with the reason in `losses`. */
export async function loadPicture(
  entry: MuseEntry,
  {
    folder,
    shared,
    losses,
  }: {
    readonly folder: string;
    /** Bare names that several records share, and whose the file is. */
    readonly shared: ReadonlyMap<string, string>;
    readonly losses: LossList;
  },
): Promise<LoadedPicture | null> {
  const found = await findMuseImage(folder, entry.image);
  if (found === null) {
    losses.add('Images left out: they are not in the folder', entry.image);
    return null;
  }
  const owner = shared.get(lastPart(entry.image));
  if (!found.isWholeName && owner !== undefined && owner !== entry.image) {
    losses.add(
      'Images left out: the folder has one file for records of several folders; it is taken for the last one’s',
      `${entry.image}: ${lastPart(entry.image)} counts as ${owner}`,
    );
    return null;
  }
  try {
    const image = await decodeRgb(found.path, entry.image);
    if (image.width === entry.width && image.height === entry.height) return { path: found.path, image };
    losses.add(
      'Images left out: they are not of the size the file states',
      `${entry.image}: ${image.width} x ${image.height}`,
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    losses.add('Images left out: they cannot be read', error.message);
  }
  return null;
}
