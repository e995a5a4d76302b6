import type { Box, Camera, Size } from '../../electron/common/geometry.ts';
import { type Sight, snapCamera, visibleBox } from './camera.ts';
import { levelFor } from './tile-grid.ts';

/** What a frame is drawn with: the camera in device pixels and what it sees. */
export interface DeviceView {
  readonly image: Size;
  /** Device px per image px. */
  readonly scale: number;
  /** Device px of the image's top left corner; whole numbers. */
  readonly left: number;
  readonly top: number;
  /** Of the canvas, device px. */
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  /** Image pixels in sight. */
  readonly visible: Box;
  /** Level whose tiles are drawn. */
  readonly level: number;
  /** False from 100 % on: pixels stay squares. */
  readonly isSmooth: boolean;
}

export function deviceView(camera: Camera, sight: Sight, pixelRatio: number): DeviceView {
  const snapped = snapCamera(camera, pixelRatio);
  const scale = snapped.zoom * pixelRatio;
  return {
    image: sight.image,
    scale,
    left: Math.round(snapped.pan.x * pixelRatio),
    top: Math.round(snapped.pan.y * pixelRatio),
    width: Math.round(sight.pane.width * pixelRatio),
    height: Math.round(sight.pane.height * pixelRatio),
    pixelRatio,
    visible: visibleBox(snapped, sight),
    level: levelFor(scale, sight.image),
    isSmooth: scale < 1,
  };
}

/** The device column of an image column, whole: neighbouring rectangles meet without a seam. */
export function deviceX(view: DeviceView, imageX: number): number {
  return Math.round(view.left + imageX * view.scale);
}

export function deviceY(view: DeviceView, imageY: number): number {
  return Math.round(view.top + imageY * view.scale);
}
