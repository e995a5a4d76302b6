import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { levelCount, tileSide } from '../../common/asset-urls.ts';
import type { ImageRecord } from '../../common/document/records.ts';
import type { Box } from '../../common/geometry.ts';
import { AppError } from '../../common/errors.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { createBudget } from './decoding-budget.ts';
import { decodeReduced, decodeRgb, encodeThumbnail, encodeTile, halveImage } from './image-decoder.ts';
import type { Host } from '../host.ts';
import { verifiedPath } from './image-files.ts';
import { createPictureFolder, touchPictures, trimPictureFolder } from './picture-folder.ts';
import { createPixelCache } from './pixel-cache.ts';
import { cropRgb, cropRgbInTurns, type OwnRgbImage, type RgbImage } from './rgb-image.ts';
import { workInHand } from './work-in-hand.ts';

const thumbnailSide = 256;
const memoryBytes = 384 * 1024 * 1024;
const diskBytes = 2 * 1024 ** 3;

export interface TilePlace {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** Pixels, tiles and thumbnails of a project's images: decoded once, kept within fixed bounds of memory and disk. */
export interface Pictures {
  pixels(store: ProjectStore, image: ImageRecord): Promise<RgbImage>;
  region(store: ProjectStore, image: ImageRecord, box: Box): Promise<OwnRgbImage>;
  /** PNG. @throws AppError 'unknown-record' for a place outside the image */
  tile(store: ProjectStore, image: ImageRecord, place: TilePlace): Promise<Uint8Array>;
  /** JPEG. */
  thumbnail(store: ProjectStore, image: ImageRecord): Promise<Uint8Array>;
  /** Takes over a picture that was decoded anyway: its first view needs no second decoding. */
  adopt(sha256: string, image: RgbImage): Promise<void>;
  /** Resolves once no tile or thumbnail is being made, or when so many milliseconds have passed: for work that can wait for what is in sight. */
  made(mostMs: number): Promise<void>;
  dispose(): void;
}

/** Half of the processors make thumbnails, so that scrolling through them has the others: of photographs each takes tens of milliseconds. */
const thumbnailsAtOnce = Math.max(1, Math.floor(availableParallelism() / 2));

export function createPictures(host: Host): Pictures {
  const folder = join(host.dataFolder, 'cache', 'pictures-2');
  const disk = createPictureFolder(folder);
  const memory = createPixelCache(memoryBytes);
  void trimPictureFolder(folder, diskBytes).catch(() => undefined); // a cache too large harms nothing

  const making = workInHand();
  const inTurn = createBudget(thumbnailsAtOnce);
  const level = (store: ProjectStore, image: ImageRecord, number: number): Promise<RgbImage> =>
    memory.get(`${image.sha256}/${number}`, async () => {
      if (number > 0 && isFinerKnown(image, number)) return halveImage(await level(store, image, number - 1));
      const path = await verifiedPath(store, image, { host });
      void touchPictures(folder, image.sha256);
      if (number === 0) return decodeRgb(path, image.name);
      // What is in sight first: the finer levels wait until somebody looks closer.
      const reduced = await decodeReduced(path, image.name, sizeOfLevel(image, number));
      return reduced ?? halveImage(await level(store, image, number - 1));
    });
  const isFinerKnown = (image: ImageRecord, number: number): boolean =>
    Array.from({ length: number }, (_, finer) => finer).some((finer) =>
      memory.has(`${image.sha256}/${finer}`),
    );
  const cached = async (
    sha256: string,
    name: string,
    make: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> => {
    const known = await disk.read(sha256, name);
    if (known) return known;
    const made = await make();
    await disk.write(sha256, name, made);
    return made;
  };
  return {
    pixels: (store, image) => level(store, image, 0),
    async region(store, image, box) {
      return cropRgbInTurns(await level(store, image, 0), box);
    },
    async tile(store, image, place) {
      const box = boxOfTile(image, place);
      return making.note(
        cached(image.sha256, `${place.level}/${place.column}-${place.row}.png`, async () =>
          encodeTile(cropRgb(await level(store, image, place.level), box)),
        ),
      );
    },
    thumbnail(store, image) {
      return making.note(
        cached(image.sha256, 'thumbnail.jpg', () =>
          inTurn(1, async () => encodeThumbnail(await smallEnough(store, image), thumbnailSide)),
        ),
      );
    },
    made: (mostMs) => making.done(mostMs),
    async adopt(sha256, image) {
      await memory.get(`${sha256}/0`, () => Promise.resolve(image));
      await cached(sha256, 'thumbnail.jpg', () => encodeThumbnail(image, thumbnailSide));
    },
    dispose: () => memory.clear(),
  };

  function smallEnough(store: ProjectStore, image: ImageRecord): Promise<RgbImage> {
    return level(store, image, Math.max(0, levelCount(image) - 1));
  }
}

/** Halving `number` times, each time rounded up, is dividing once and rounding up. */
function sizeOfLevel(image: ImageRecord, number: number): { width: number; height: number } {
  return { width: Math.ceil(image.width / 2 ** number), height: Math.ceil(image.height / 2 ** number) };
}

/** In pixels of the level. */
function boxOfTile(image: ImageRecord, place: TilePlace): Box {
  const scale = 2 ** place.level;
  const [left, top] = [place.column * tileSide, place.row * tileSide];
  const isInside =
    place.level < levelCount(image) &&
    left < Math.ceil(image.width / scale) &&
    top < Math.ceil(image.height / scale);
  if (isInside) return [left, top, tileSide, tileSide];
  throw new AppError('unknown-record', `${image.name} has no tile there.`, { imageId: image.id, ...place });
}
