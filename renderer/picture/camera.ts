import {
  type Box,
  type Camera,
  type ImagePoint,
  type ScreenPoint,
  type ScreenSize,
  type Size,
  imagePoint,
  middleOf,
  screenPoint,
  toImage,
} from '../../electron/common/geometry.ts';
import type { Viewport } from '../store/view-state.ts';

/** The image and the pane it is seen through. */
export interface Sight {
  readonly image: Size;
  readonly pane: ScreenSize;
}

export const maximumZoom = 64;
/** A fitted image leaves this much of the pane free on each side. */
const fitMargin = 16;
/** A whole number of pixels is worth this little of the fitted size. */
const wholeShare = 0.92;
/** Steps of the zoom keys; 1 is 100 %. */
const zoomSteps = [
  0.01, 0.02, 0.03, 0.05, 0.0625, 0.0833, 0.125, 0.1667, 0.25, 0.3333, 0.5, 0.6667, 1, 1.5, 2, 3, 4, 6, 8, 12,
  16, 24, 32, 48, 64,
];

export function fitZoom({ image, pane }: Sight): number {
  const width = Math.max(1, pane.width - 2 * fitMargin);
  const height = Math.max(1, pane.height - 2 * fitMargin);
  return Math.min(maximumZoom, width / Math.max(1, image.width), height / Math.max(1, image.height));
}

/**
 * The whole image in the middle of the pane, as large as it fits. Where that costs little of the size, by a whole number, so that all pixels
 * stay of one size.
 */
export function fitCamera(sight: Sight): Camera {
  const { image } = sight;
  const fitting = fitZoom(sight);
  const whole = Math.floor(fitting);
  const zoom = whole >= wholeShare * fitting ? whole : fitting;
  return cameraAt(imagePoint({ x: image.width / 2, y: image.height / 2 }), zoom, sight);
}

/** The image point in the middle of the pane. */
function cameraAt(middle: ImagePoint, zoom: number, { pane }: Sight): Camera {
  const pan = screenPoint({ x: pane.width / 2 - middle.x * zoom, y: pane.height / 2 - middle.y * zoom });
  return { zoom, pan };
}

/** Shows `box` with some room around it, never smaller than the whole image would be. */
export function cameraOnBox(box: Box, sight: Sight): Camera {
  const [left, top, width, height] = box;
  const around = { width: Math.max(8, width * 1.4), height: Math.max(8, height * 1.4) };
  const zoom = Math.min(16, Math.max(fitZoom(sight), fitZoom({ image: around, pane: sight.pane })));
  return clampCamera(cameraAt(imagePoint({ x: left + width / 2, y: top + height / 2 }), zoom, sight), sight);
}

/** Where the camera stands for what the store keeps; null is the whole image, whatever the pane's size. */
export function cameraOf(viewport: Viewport | null, sight: Sight): Camera {
  return viewport === null
    ? fitCamera(sight)
    : clampCamera(cameraAt(imagePoint(viewport), viewport.zoom, sight), sight);
}

export function viewportOf(camera: Camera, { pane }: Sight): Viewport {
  const middle = toImage(middleOf(pane), camera);
  return { zoom: camera.zoom, x: middle.x, y: middle.y };
}

/** Another zoom; the image point under `at` stays there. */
export function zoomAt(
  camera: Camera,
  change: { readonly zoom: number; readonly at: ScreenPoint },
  sight: Sight,
): Camera {
  const zoom = clampZoom(change.zoom, sight);
  const point = toImage(change.at, camera);
  const pan = screenPoint({ x: change.at.x - point.x * zoom, y: change.at.y - point.y * zoom });
  return clampCamera({ zoom, pan }, sight);
}

/** The next of the fixed steps, 1 up or -1 down. */
export function stepZoom(zoom: number, direction: 1 | -1): number {
  const nearlySame = 1.001;
  if (direction === 1) return zoomSteps.find((step) => step > zoom * nearlySame) ?? maximumZoom;
  return zoomSteps.findLast((step) => step < zoom / nearlySame) ?? (zoomSteps[0] as number);
}

export function panBy(camera: Camera, by: ScreenPoint, sight: Sight): Camera {
  const pan = screenPoint({ x: camera.pan.x + by.x, y: camera.pan.y + by.y });
  return clampCamera({ zoom: camera.zoom, pan }, sight);
}

/** From half of the fitted size up to 6400 %. */
export function clampZoom(zoom: number, sight: Sight): number {
  const smallest = Math.min(1, fitZoom(sight) / 2);
  return Math.min(maximumZoom, Math.max(smallest, zoom));
}

/** Keeps the middle of the pane over the image, so that the picture can never be lost. */
function clampCamera(camera: Camera, sight: Sight): Camera {
  const { image, pane } = sight;
  const zoom = clampZoom(camera.zoom, sight);
  const clamp = (pan: number, paneSide: number, imageSide: number): number =>
    Math.min(paneSide / 2, Math.max(paneSide / 2 - imageSide * zoom, pan));
  return {
    zoom,
    pan: screenPoint({
      x: clamp(camera.pan.x, pane.width, image.width),
      y: clamp(camera.pan.y, pane.height, image.height),
    }),
  };
}

/** With the offset on whole device pixels, so that enlarged pixels are all of one size. */
export function snapCamera(camera: Camera, pixelRatio: number): Camera {
  const snap = (value: number): number => Math.round(value * pixelRatio) / pixelRatio;
  return { zoom: camera.zoom, pan: screenPoint({ x: snap(camera.pan.x), y: snap(camera.pan.y) }) };
}

/** Whole image pixels that can be seen; [0,0,0,0] when none. */
export function visibleBox(camera: Camera, { image, pane }: Sight): Box {
  const first = toImage(screenPoint({ x: 0, y: 0 }), camera);
  const last = toImage(screenPoint({ x: pane.width, y: pane.height }), camera);
  const left = Math.max(0, Math.floor(first.x));
  const top = Math.max(0, Math.floor(first.y));
  const right = Math.min(image.width, Math.ceil(last.x));
  const bottom = Math.min(image.height, Math.ceil(last.y));
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : [0, 0, 0, 0];
}
