import { thumbnailUrl } from '../../electron/common/asset-urls.ts';
import type { ImageRecord } from '../../electron/common/document/records.ts';
import { paletteColoursIn } from '../../electron/common/palette.ts';
import { type Ground, coloursOver } from '../picture/ground.ts';
import { useStudio } from '../store/studio.ts';

/** Enough to see which colours a picture has. Pixels on its long side. */
const lookedSide = 64;

/**
 * Looks which colours of the palette pictures have, so that targets whose colour nobody chose are shown in others. One change of the
 * store for all; a picture that cannot be read has none, and is not asked for again.
 */
export async function lookAtPictures(images: readonly ImageRecord[]): Promise<void> {
  const unknown = images.filter(({ sha256 }) => !useStudio.getState().pictureColours.has(sha256));
  const grounds = await Promise.all(
    unknown.map(async (image) => readGround(image, lookedSide).catch(() => null)),
  );
  notePictures(unknown.map(({ sha256 }, index) => [sha256, grounds[index] ?? null] as const));
}

/** What is known of pictures that were read anyway. */
export function notePictures(read: readonly (readonly [sha256: string, ground: Ground | null])[]): void {
  const known = useStudio.getState().pictureColours;
  const news = read.flatMap(([sha256, ground]) =>
    known.has(sha256)
      ? []
      : [[sha256, ground === null ? [] : paletteColoursIn(coloursOver(ground))] as const],
  );
  if (news.length > 0) useStudio.setState({ pictureColours: new Map([...known, ...news]) });
}

/** The picture's thumbnail, pixel by pixel, no longer than `side`; null where there is none. */
export async function readGround(image: ImageRecord, side?: number): Promise<Ground | null> {
  const answer = await fetch(thumbnailUrl({ imageId: image.id, version: image.sha256 }));
  if (!answer.ok) return null;
  const long = image.width >= image.height ? 'resizeWidth' : 'resizeHeight';
  const picture = await createImageBitmap(await answer.blob(), side === undefined ? {} : { [long]: side });
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context?.drawImage(picture, 0, 0);
  picture.close();
  const pixels = context?.getImageData(0, 0, width, height);
  return pixels === undefined ? null : { width, height, rgba: pixels.data };
}
