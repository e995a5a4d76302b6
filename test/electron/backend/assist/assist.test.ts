import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAssist, type Assist, type AssistedImage } from '../../../../electron/backend/assist/assist.ts';
import { cropRgb, type RgbImage } from '../../../../electron/backend/images/rgb-image.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { iouOf, sharedAreaOf } from '../../../../electron/common/mask-algebra.ts';
import { areaOf, isEmptyMask } from '../../../../electron/common/runs.ts';
import { runsOfBitmap, slowMap } from '../../../helpers/masks.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

// The worker is a bundle in the app, so it is one here. It lies inside the project for its package to be found.
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = `${root}node_modules/.cache/assist-test-${process.pid}`;
const workerFile = `${folder}/assist-worker.js`;
let assist: Assist;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await build({
    input: `${root}electron/backend/assist/assist-worker.ts`,
    platform: 'node',
    external: /^(?![./])/u,
    logLevel: 'silent',
    output: { file: workerFile, format: 'esm' },
  });
  assist = createAssist(workerFile);
});

afterAll(async () => {
  await assist.dispose();
  await rm(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;

/** A red disk on a green ground, both with some noise. */
function aDisk(
  width: number,
  height: number,
  radius: number,
): { image: AssistedImage; disk: ReturnType<typeof runsOfBitmap>; reads: number[][] } {
  const random = seededRandom(131);
  const isDisk = (x: number, y: number): boolean =>
    (x - width / 2) ** 2 + (y - height / 2) ** 2 < radius ** 2;
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const inside = isDisk(at % width, Math.floor(at / width));
    const noise = random() * 30;
    data.set(inside ? [200 + noise, 40 + noise, 40] : [50, 120 + noise, 60 + noise], 3 * at);
  }
  const picture: RgbImage = { width, height, data };
  const reads: number[][] = [];
  const readPixels: AssistedImage['readPixels'] = (box) => {
    reads.push([...box]);
    return Promise.resolve(cropRgb(picture, box));
  };
  const image = { key: `disk ${width}`, width, height, readPixels };
  return { image, reads, disk: runsOfBitmap(slowMap({ width, height }, isDisk)) };
}

describe('GrabCut', () => {
  test('finds the object in the box, looking only at the box and its surroundings', async () => {
    const { image, disk, reads } = aDisk(300, 240, 60);
    const mask = await assist.grabCut({ image, box: [80, 50, 140, 140], inside: null, outside: null }, never);
    expect(iouOf(mask, disk)).toBeGreaterThan(0.97);
    expect(reads).toEqual([[66, 36, 168, 168]]);
    const again = await assist.grabCut(
      { image, box: [80, 50, 140, 140], inside: null, outside: null },
      never,
    );
    expect(again).toEqual(mask);
  });

  test('what is marked stays as it is marked', async () => {
    const { image } = aDisk(300, 240, 60);
    const outside = boxRuns([140, 110, 20, 20], image);
    const inside = boxRuns([85, 55, 10, 10], image);
    const mask = await assist.grabCut({ image, box: [80, 50, 140, 140], inside, outside }, never);
    expect(sharedAreaOf(mask, outside)).toBe(0);
    expect(sharedAreaOf(mask, inside)).toBe(100);
  });

  test('a picture beyond the limit is worked on smaller, and the mask has its size', async () => {
    const { image, disk } = aDisk(1600, 1200, 400);
    const mask = await assist.grabCut({ image, box: [0, 0, 1600, 1200], inside: null, outside: null }, never);
    expect([mask.width, mask.height]).toEqual([1600, 1200]);
    expect(iouOf(mask, disk)).toBeGreaterThan(0.97);
  });

  test('a box over everything, over nothing, and of one pixel', async () => {
    const { image } = aDisk(64, 48, 12);
    const ask = (box: [number, number, number, number]) =>
      assist.grabCut({ image, box, inside: null, outside: null }, never);
    expect(areaOf(await ask([0, 0, 64, 48]))).toBeGreaterThan(0);
    expect(areaOf(await ask([30, 20, 1, 1]))).toBeLessThanOrEqual(1);
    await expect(ask([64, 0, 5, 5])).rejects.toMatchObject({ code: 'bad-input' });
    await expect(ask([3, 3, 0, 5])).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('where everything is marked as outside, nothing is left', async () => {
    const { image } = aDisk(64, 48, 12);
    const outside = boxRuns([0, 0, 64, 48], image);
    expect(
      isEmptyMask(await assist.grabCut({ image, box: [10, 10, 30, 30], inside: null, outside }, never)),
    ).toBe(true);
  });

  test('marks of another image are refused', async () => {
    const { image } = aDisk(64, 48, 12);
    const inside = boxRuns([0, 0, 5, 5], { width: 48, height: 64 });
    const asking = assist.grabCut({ image, box: [10, 10, 30, 30], inside, outside: null }, never);
    await expect(asking).rejects.toMatchObject({ code: 'mask-size-mismatch' });
  });
});

describe('scissors', () => {
  test('follow the edge from one side to the other', async () => {
    const { image } = aDisk(300, 240, 60);
    const path = await assist.scissors({ image, from: [90.2, 120.4], to: [210.7, 120.1] }, never);
    expect(path[0]).toEqual([90.2, 120.4]);
    expect(path.at(-1)).toEqual([210.7, 120.1]);
    expect(path.length).toBeGreaterThan(10);
    for (const [x, y] of path) expect(Math.abs(Math.hypot(x - 150, y - 120) - 60)).toBeLessThan(3);
  });

  test('another end from the same start reads no pixels again, another image does', async () => {
    const { image, reads } = aDisk(300, 240, 60);
    const fresh = { ...image, key: 'seen for the first time' };
    await assist.scissors({ image: fresh, from: [90, 120], to: [150, 60] }, never);
    await assist.scissors({ image: fresh, from: [90, 120], to: [150, 180] }, never);
    expect(reads).toHaveLength(1);
    await assist.scissors({ image: { ...fresh, key: 'another' }, from: [90, 120], to: [150, 180] }, never);
    expect(reads).toHaveLength(2);
  });

  test('reach a far end on a smaller picture', async () => {
    const { image, reads } = aDisk(1900, 1000, 300);
    const path = await assist.scissors({ image, from: [650, 500], to: [1899.5, 999.5] }, never);
    expect(path.at(-1)).toEqual([1899.5, 999.5]);
    expect(reads).toEqual([[250, 100, 1650, 900]]);
  });

  test('work on one point, on the border, and not outside', async () => {
    const { image } = aDisk(64, 48, 12);
    const ask = (from: [number, number], to: [number, number]) => assist.scissors({ image, from, to }, never);
    expect(await ask([5, 5], [5, 5])).toEqual([
      [5, 5],
      [5, 5],
    ]);
    expect((await ask([0, 0], [64, 48])).at(-1)).toEqual([64, 48]);
    await expect(ask([-1, 5], [5, 5])).rejects.toMatchObject({ code: 'bad-input' });
    await expect(ask([5, 5], [65, 5])).rejects.toMatchObject({ code: 'bad-input' });
  });
});

test('a cancelled request ends at once, and the one behind it is answered', async () => {
  const { image } = aDisk(900, 700, 250);
  const stop = new AbortController();
  const box = [150, 50, 600, 600] as const;
  const cancelled = assist.grabCut({ image, box, inside: null, outside: null }, stop.signal);
  const next = assist.scissors({ image, from: [200, 350], to: [450, 100] }, never);
  setTimeout(() => stop.abort(), 10); // long before it is done, on any machine
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  expect((await next).length).toBeGreaterThan(5);
});

test('a worker that cannot start is a plain failure, and closing is final', async () => {
  const broken = createAssist(`${folder}/missing.js`);
  const { image } = aDisk(64, 48, 12);
  const request = { image, box: [10, 10, 30, 30], inside: null, outside: null } as const;
  await expect(broken.grabCut(request, never)).rejects.toThrow('missing.js');
  await broken.dispose();
  await expect(broken.grabCut(request, never)).rejects.toThrow('closed');
});
