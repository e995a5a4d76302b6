import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { fileError } from '../../backend/app/file-errors.ts';
import { writeFileWhole } from '../../backend/formats/atomic-file.ts';
import { AppError } from '../../common/errors.ts';
import { decodeRegion } from '../../common/mask-region.ts';
import { runsOf } from '../../common/rle.ts';
import type { AnsweredImage } from './answer.ts';
import { paintMasks } from './paint-masks.ts';
import { encodePng } from './png.ts';
import type { AppClient } from './session.ts';

/** Writes each answered image with its masks drawn on it; `path` is a file for one image and a folder for several. */
export async function writeOverlays(
  client: AppClient,
  answers: readonly AnsweredImage[],
  path: string,
  signal: AbortSignal,
): Promise<string[]> {
  const files: string[] = [];
  for (const { image, targets } of answers) {
    const file = answers.length === 1 ? path : join(path, freeName(image.name, '-overlay', files));
    const box = [0, 0, image.width, image.height] as const;
    const { rgb } = await client.call('images.pixels', { imageId: image.id, box }, { signal });
    const annotations = targets.flatMap(({ annotation }) => annotation ?? []);
    paintMasks(rgb, image.width, annotations);
    await write(
      file,
      await encodePng({ width: image.width, height: image.height, channels: 3, data: rgb }),
      signal,
    );
    files.push(file);
  }
  return files;
}

/** Writes one black and white PNG per mask, at image size, named after image, number and phrase. */
export async function writeMasks(
  answers: readonly AnsweredImage[],
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  const files: string[] = [];
  for (const { image, targets } of answers) {
    for (const [index, { phrase, annotation }] of targets.entries()) {
      if (annotation === null) continue;
      const words = phrase
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
        .slice(0, 40);
      const file = join(folder, freeName(image.name, `-${index + 1}-${words}`, files));
      const inside = decodeRegion(runsOf(annotation.mask), [0, 0, image.width, image.height]);
      const data = inside.map((pixel) => 255 * pixel);
      await write(
        file,
        await encodePng({ width: image.width, height: image.height, channels: 1, data }),
        signal,
      );
      files.push(file);
    }
  }
  return files;
}

/** A file name that is not among those written already: two folders may hold images of one name. */
function freeName(imageName: string, suffix: string, written: readonly string[]): string {
  const stem = parse(imageName).name + suffix;
  const names = new Set(written.map((file) => parse(file).base));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `${stem}.png` : `${stem}-${number}.png`;
    if (!names.has(name)) return name;
  }
}

async function write(file: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const folder = dirname(file);
  try {
    await mkdir(folder, { recursive: true });
  } catch (thrown) {
    const isFile = (await stat(folder).catch(() => null))?.isFile() === true;
    if (isFile)
      throw new AppError('file-not-writable', `${folder} is a file, not a folder.`, { path: folder });
    throw fileError(thrown, folder, 'write');
  }
  await writeFileWhole(file, inOnePiece(bytes), signal);
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
