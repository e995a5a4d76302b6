import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawAsOpencv } from '../../../../../electron/backend/formats/reason-seg/draw-as-opencv.ts';

/** Polygons inside the picture and beyond it as cv2.polylines and cv2.fillPoly drew them; the file says which version. */
const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/formats/opencv-polygons.json', import.meta.url), 'utf8'),
) as {
  readonly width: number;
  readonly height: number;
  readonly polygons: readonly { readonly points: [number, number][]; readonly counts: number[] }[];
};

test('polygons are drawn as OpenCV draws them, line and inside, whatever their shape and wherever they leave the picture', () => {
  const { width, height, polygons } = golden;
  const drawn = polygons.map(({ points }) => [...drawAsOpencv(points, { width, height }).counts]);
  const wrong = drawn.flatMap((counts, index) =>
    JSON.stringify(counts) === JSON.stringify(polygons[index]?.counts) ? [] : [index],
  );
  expect(wrong).toEqual([]);
});
