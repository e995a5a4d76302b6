import sharp from 'sharp';
import { randomInteger, seededRandom } from './seeded-random.ts';

/** A thing on a photograph-like picture: an ellipse of its own colour, shaded as by a lamp. */
export interface Thing {
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly rgb: readonly [number, number, number];
}

export interface Photograph {
  readonly width: number;
  readonly height: number;
  readonly things: readonly Thing[];
  readonly jpeg: Buffer;
}

const kinds: readonly { readonly kind: string; readonly rgb: readonly [number, number, number] }[] = [
  { kind: 'cup', rgb: [196, 62, 48] },
  { kind: 'book', rgb: [52, 96, 168] },
  { kind: 'banana', rgb: [226, 182, 52] },
];

/**
 * A picture with what makes photographs hard and drawings easy: a ground of uneven light and texture, soft shading, soft edges, the noise of a
 * sensor and JPEG's own. One thing of each kind, apart from each other. The same seed gives the same picture.
 */
export async function aPhotograph(
  seed: number,
  { width, height } = { width: 640, height: 480 },
): Promise<Photograph> {
  const random = seededRandom(seed);
  const third = width / kinds.length;
  const things = kinds.map(({ kind, rgb }, index): Thing => {
    const radiusX = randomInteger(random, Math.round(third * 0.22), Math.round(third * 0.4));
    const radiusY = randomInteger(random, Math.round(height * 0.12), Math.round(height * 0.26));
    return {
      kind,
      rgb,
      radiusX,
      radiusY,
      x: Math.round(third * (index + 0.5)),
      y: randomInteger(random, radiusY + 12, height - radiusY - 12),
    };
  });
  const pixels = Buffer.alloc(width * height * 3);
  const [ground, tilt] = [90 + 90 * random(), random() - 0.5];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = 14 * Math.sin(x * 0.11 + 3 * Math.sin(y * 0.02)) + 26 * (random() - 0.5);
      const light = ground + tilt * 110 * (x / width - 0.5) + 40 * (0.5 - y / height) + grain;
      let colour: readonly number[] = [light * 1.04, light * 0.96, light * 0.86];
      for (const thing of things) {
        const far = Math.hypot((x - thing.x) / thing.radiusX, (y - thing.y) / thing.radiusY);
        const lamp =
          1.15 -
          (0.5 * Math.hypot(x - thing.x + thing.radiusX / 3, y - thing.y + thing.radiusY / 3)) /
            thing.radiusX;
        const cover = Math.min(1, Math.max(0, (1.02 - far) * 24));
        colour = colour.map(
          (value, c) => value * (1 - cover) + cover * ((thing.rgb[c] ?? 0) * lamp + grain / 2),
        );
      }
      for (let c = 0; c < 3; c++)
        pixels[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, colour[c] ?? 0));
    }
  }
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
  return { width, height, things, jpeg };
}
