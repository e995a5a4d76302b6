import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ProjectStore } from '../../../electron/backend/project/project-store.ts';
import type { AnnotationRecord, ImageRecord } from '../../../electron/common/document/records.ts';
import { encodeCrop } from '../../../electron/common/mask-region.ts';
import { targetColours } from '../../../electron/common/palette.ts';
import { rleOf } from '../../../electron/common/rle.ts';
import { type Runs, areaOf, boxOf } from '../../../electron/common/runs.ts';
import { anAnnotation, anAnnotationId, anImage } from '../../helpers/records.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

export interface Crowd {
  readonly width: number;
  readonly height: number;
  readonly targets: number;
}

/** A project of one large picture under many overlapping masks with holes; one lies in the middle of the picture, on top. */
export async function writeCrowdedProject(folder: string, crowd: Crowd): Promise<string> {
  const path = join(folder, 'crowd.jpg');
  await writePicture(path, crowd);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const { width, height } = crowd;
  const image = anImage({ name: 'crowd.jpg', source: { kind: 'linked', path }, sha256, width, height });
  const project = join(folder, 'crowd');
  const store = await ProjectStore.create(project, 'Crowd');
  store.commit({ added: [image, ...crowdOn(image, crowd.targets)], changed: [], removed: [] });
  await store.close();
  return project;
}

/** Grain over soft shapes, so that the file is as large and as slow to decode as a photograph. */
async function writePicture(path: string, { width, height }: Crowd): Promise<void> {
  const small = { width: Math.ceil(width / 40), height: Math.ceil(height / 40) };
  const soft = await sharp({
    create: {
      ...small,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 70 },
    },
  })
    .png()
    .toBuffer();
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 14 },
    },
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const picture = await sharp(soft)
    .resize(width, height, { kernel: 'cubic' })
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer();
  await writeFile(path, picture);
}

function crowdOn(image: ImageRecord, count: number): readonly AnnotationRecord[] {
  const random = seededRandom(7);
  const places = Array.from({ length: count - 1 }, () => ({
    x: random() * image.width,
    y: random() * image.height,
    radius: (0.02 + 0.05 * random()) * (image.width / 2),
  }));
  places.push({ x: image.width / 2, y: image.height / 2, radius: image.width / 14 });
  return places.map((place, order) => targetOf(image, order, blob(image, place, random)));
}

function targetOf(image: ImageRecord, order: number, runs: Runs): AnnotationRecord {
  return anAnnotation({
    id: anAnnotationId(`target-${order}`),
    imageId: image.id,
    name: `Target ${order}`,
    mask: rleOf(runs),
    bbox: boxOf(runs),
    area: areaOf(runs),
    colour: targetColours[order % targetColours.length] ?? '#e69f00',
    order,
  });
}

/** A wavy disk with a hole and a ragged edge, as masks of real things have. */
function blob(
  image: ImageRecord,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
  random: () => number,
): Runs {
  const reach = radius * 1.4;
  const left = Math.max(0, Math.floor(x - reach));
  const top = Math.max(0, Math.floor(y - reach));
  const width = Math.min(image.width, Math.ceil(x + reach)) - left;
  const height = Math.min(image.height, Math.ceil(y + reach)) - top;
  const data = new Uint8Array(width * height);
  const waves = {
    wide: 2 + Math.floor(random() * 6),
    fine: 20 + Math.floor(random() * 40),
    phase: random() * 6,
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const dx = left + column - x;
      const dy = top + row - y;
      const angle = Math.atan2(dy, dx);
      const edge =
        1 +
        0.22 * Math.sin(waves.wide * angle + waves.phase) +
        0.04 * Math.sin(waves.fine * angle) +
        0.01 * random();
      const distance = Math.hypot(dx, dy) / radius;
      if (distance < edge && distance > 0.2) data[row * width + column] = 1;
    }
  }
  return encodeCrop({ box: [left, top, width, height], data }, image);
}
