import { describe, expect, test } from 'vitest';
import {
  cameraOf,
  cameraOnBox,
  clampZoom,
  fitCamera,
  fitZoom,
  maximumZoom,
  panBy,
  snapCamera,
  stepZoom,
  viewportOf,
  visibleBox,
  zoomAt,
} from '../../../renderer/picture/camera.ts';
import {
  type Camera,
  imagePoint,
  screenPoint,
  screenSize,
  toImage,
  toScreen,
} from '../../../electron/common/geometry.ts';
import { requestedCamera } from '../../../renderer/canvas/requested-camera.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const photo = { image: { width: 4000, height: 3000 }, pane: screenSize({ width: 1000, height: 700 }) };

function middleOf(camera: Camera, pane = photo.pane) {
  return toImage(screenPoint({ x: pane.width / 2, y: pane.height / 2 }), camera);
}

describe('fitting', () => {
  test('the whole image lies in the pane with a margin, its middle in the middle', () => {
    const camera = fitCamera(photo);
    const first = toScreen(imagePoint({ x: 0, y: 0 }), camera);
    const last = toScreen(imagePoint({ x: 4000, y: 3000 }), camera);
    expect(first.y).toBeCloseTo(16, 9);
    expect(last.y).toBeCloseTo(700 - 16, 9);
    expect(middleOf(camera)).toEqual({ x: 2000, y: 1500 });
  });

  test('an image smaller than the pane fills it, by a whole number where that costs little', () => {
    const enlarged = { ...photo, image: { width: 640, height: 480 } };
    expect(fitCamera(enlarged).zoom).toBe(fitZoom(enlarged));
    expect(fitZoom(enlarged)).toBeGreaterThan(1.3);
    expect(
      fitCamera({ image: { width: 640, height: 480 }, pane: screenSize({ width: 3400, height: 2040 }) }).zoom,
    ).toBe(4);
    expect(fitCamera({ ...photo, image: { width: 20, height: 16 } }).zoom).toBeGreaterThan(10);
  });

  test('a pane of no size gives a camera that is still a number', () => {
    const camera = fitCamera({
      image: { width: 4000, height: 3000 },
      pane: screenSize({ width: 0, height: 0 }),
    });
    expect(Number.isFinite(camera.zoom) && camera.zoom > 0).toBe(true);
  });

  test('without a kept viewport the camera follows the pane', () => {
    expect(cameraOf(null, photo)).toEqual(fitCamera(photo));
  });
});

describe('zooming', () => {
  test('the image point under the pointer stays under it', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 200; round++) {
      const start = cameraOf({ zoom: 0.2 + random() * 8, x: random() * 4000, y: random() * 3000 }, photo);
      // The middle of the pane, where no clamping interferes.
      const at = screenPoint({ x: 500, y: 350 });
      const before = toImage(at, start);
      const after = toImage(at, zoomAt(start, { zoom: 0.2 + random() * 60, at }, photo));
      expect(after.x).toBeCloseTo(before.x, 6);
      expect(after.y).toBeCloseTo(before.y, 6);
    }
  });

  test('it ends at 6400 % and at half of the fitted size', () => {
    expect(clampZoom(1_000, photo)).toBe(maximumZoom);
    expect(clampZoom(0.000_1, photo)).toBe(fitZoom(photo) / 2);
  });

  test('the steps go up and down through the same numbers and stop at the ends', () => {
    expect([stepZoom(1, 1), stepZoom(1, -1), stepZoom(1.2, 1), stepZoom(1.2, -1)]).toEqual([
      1.5, 0.6667, 1.5, 1,
    ]);
    expect([stepZoom(64, 1), stepZoom(0.01, -1)]).toEqual([64, 0.01]);
  });

  test('a target is shown whole with room around it, and a target of one pixel not larger than 1600 %', () => {
    const camera = cameraOnBox([1000, 1000, 400, 200], photo);
    expect(visibleBox(camera, photo)[2]).toBeGreaterThan(400);
    expect(middleOf(camera)).toEqual({ x: 1200, y: 1100 });
    expect(cameraOnBox([10, 10, 1, 1], photo).zoom).toBe(16);
  });
});

describe('panning', () => {
  test('the picture cannot be lost: the middle of the pane stays over the image', () => {
    const random = seededRandom(9);
    let camera = fitCamera(photo);
    for (let round = 0; round < 300; round++) {
      const by = screenPoint({
        x: randomInteger(random, -3000, 3000),
        y: randomInteger(random, -3000, 3000),
      });
      camera = panBy(camera, by, photo);
      const { x, y } = middleOf(camera);
      expect(x >= -1e-6 && y >= -1e-6 && x <= 4000 + 1e-6 && y <= 3000 + 1e-6).toBe(true);
    }
  });

  test('what is kept of a camera brings the same camera back', () => {
    const camera = cameraOf({ zoom: 2.5, x: 123.25, y: 456.5 }, photo);
    expect(cameraOf(viewportOf(camera, photo), photo)).toEqual(camera);
  });

  test('the offset lies on whole device pixels', () => {
    const snapped = snapCamera({ zoom: 3, pan: screenPoint({ x: 10.3, y: -7.8 }) }, 1.5);
    expect([(snapped.pan.x * 1.5) % 1, (snapped.pan.y * 1.5) % 1].map(Math.abs)).toEqual([0, 0]);
  });
});

describe('what is in sight', () => {
  test('is cut at the image and counts pixels that show only in part', () => {
    expect(visibleBox(fitCamera(photo), photo)).toEqual([0, 0, 4000, 3000]);
    expect(visibleBox({ zoom: 2, pan: screenPoint({ x: -101, y: -51 }) }, photo)).toEqual([50, 25, 501, 351]);
    expect(visibleBox({ zoom: 2, pan: screenPoint({ x: 5000, y: 0 }) }, photo)).toEqual([0, 0, 0, 0]);
  });
});

test('what the menus ask for is answered around the middle of the pane', () => {
  const camera = cameraOf({ zoom: 0.5, x: 1000, y: 900 }, photo);
  const actual = requestedCamera({ kind: 'actual-size', serial: 1 }, camera, photo);
  expect(actual.zoom).toBe(1);
  expect(middleOf(actual)).toEqual({ x: 1000, y: 900 });
  expect(requestedCamera({ kind: 'zoom-by', factor: 0.5, serial: 2 }, camera, photo).zoom).toBe(0.3333);
});
