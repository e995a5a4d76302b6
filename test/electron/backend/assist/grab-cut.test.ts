import { expect, test } from 'vitest';
import { labels } from '../../../../electron/backend/assist/assist-messages.ts';
import { grabCut } from '../../../../electron/backend/assist/grab-cut.ts';
import { type OpenCv, loadOpenCv } from '../../../../electron/backend/assist/opencv.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

/** A red disk on a green ground with some noise, and a box around it. */
function aRequest(side: number) {
  const random = seededRandom(5);
  const rgb = new Uint8Array(side * side * 3);
  const disk = new Uint8Array(side * side);
  const seeds = new Uint8Array(side * side).fill(labels.outside);
  for (let at = 0; at < side * side; at++) {
    const [x, y] = [at % side, Math.floor(at / side)];
    const inDisk = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (0.3 * side) ** 2;
    disk[at] = inDisk ? 1 : 0;
    const noise = random() * 30;
    rgb.set(inDisk ? [200 + noise, 40 + noise, 40] : [50, 120 + noise, 60 + noise], 3 * at);
    if (Math.max(Math.abs(x - side / 2), Math.abs(y - side / 2)) < 0.4 * side) seeds[at] = labels.unknown;
  }
  return { request: { type: 'grab-cut', id: 1, width: side, height: side, rgb, seeds } as const, disk };
}

/** OpenCV, with what it was asked to cut: pixels, rounds and whether it had to learn the colours first. */
function watched(cv: OpenCv) {
  const runs: { pixels: number; rounds: number; learns: boolean }[] = [];
  const watching: OpenCv = Object.assign(Object.create(cv) as OpenCv, {
    grabCut: (...asked: Parameters<OpenCv['grabCut']>) => {
      const [, mask, , , , rounds, mode] = asked;
      runs.push({ pixels: mask.data.length, rounds, learns: mode === cv.GC_INIT_WITH_MASK });
      cv.grabCut(...asked);
    },
  });
  return { cv: watching, runs };
}

test('colours are learnt on a small picture and the outline is found on a large one, whatever the size', async () => {
  const { cv, runs } = watched(await loadOpenCv());
  const { request, disk } = aRequest(1411);
  const mask = grabCut(cv, request);
  const [learning, finding, ...more] = runs;
  expect(more).toEqual([]);
  expect(learning).toEqual({ pixels: expect.any(Number), rounds: 3, learns: true });
  expect(learning?.pixels).toBeLessThanOrEqual(60_000);
  expect(finding).toEqual({ pixels: 706 * 706, rounds: 1, learns: false });
  const shared = disk.reduce((sum, value, at) => sum + (value & (mask[at] as number)), 0);
  const either = disk.reduce((sum, value, at) => sum + (value | (mask[at] as number)), 0);
  expect(shared / either).toBeGreaterThan(0.985);
});

test('a small picture is cut in one go', async () => {
  const { cv, runs } = watched(await loadOpenCv());
  grabCut(cv, aRequest(120).request);
  expect(runs).toEqual([{ pixels: 14_400, rounds: 3, learns: true }]);
});
