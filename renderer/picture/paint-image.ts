import type { DeviceView } from './device-view.ts';
import { deviceX, deviceY } from './device-view.ts';
import { type Context2d, drawImageTile } from './draw-tiles.ts';
import { type TileAt, tilesIn } from './tile-grid.ts';

/** Pixels at least this large (CSS px) get lines between them. */
const gridFromScale = 8;

/** @returns false while a tile in sight is not even there in a coarser form */
export function paintImage(
  context: Context2d,
  view: DeviceView,
  find: (tile: TileAt) => CanvasImageSource | null,
): boolean {
  context.imageSmoothingEnabled = view.isSmooth;
  context.imageSmoothingQuality = 'medium';
  let isComplete = true;
  for (const tile of tilesIn(view.visible, view.level)) {
    if (!drawImageTile(context, view, tile, find)) isComplete = false;
  }
  return isComplete;
}

/** Thin lines between pixels, grey so that they show on any picture. */
export function paintPixelGrid(context: Context2d, view: DeviceView): void {
  if (view.scale / view.pixelRatio < gridFromScale) return;
  const [left, top, width, height] = view.visible;
  const firstY = deviceY(view, top);
  const lastY = deviceY(view, top + height);
  const firstX = deviceX(view, left);
  const lastX = deviceX(view, left + width);
  context.fillStyle = 'rgba(128, 128, 128, 0.35)';
  for (let x = left; x <= left + width; x++) context.fillRect(deviceX(view, x), firstY, 1, lastY - firstY);
  for (let y = top; y <= top + height; y++) context.fillRect(firstX, deviceY(view, y), lastX - firstX, 1);
}
