import type { ImagePoint } from '../../electron/common/geometry.ts';
import type { DeviceView } from '../picture/device-view.ts';
import type { Context2d } from '../picture/draw-tiles.ts';

/** Lines and handles of tools: light on dark, so that they show on any picture. */

/** Of what a person says belongs to an object, and what does not. */
export const insideColour = '#38d26a';
export const outsideColour = '#ff5a4f';

export function pathThrough(view: DeviceView, points: readonly ImagePoint[], isClosed: boolean): Path2D {
  const path = new Path2D();
  points.forEach((point, index) => {
    const x = view.left + point.x * view.scale;
    const y = view.top + point.y * view.scale;
    if (index === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  if (isClosed) path.closePath();
  return path;
}

export interface LineLook {
  readonly colour?: string;
  readonly isDashed?: boolean;
}

export function strokeLine(context: Context2d, view: DeviceView, path: Path2D, look: LineLook = {}): void {
  const ratio = view.pixelRatio;
  context.save();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.strokeStyle = 'rgba(0, 0, 0, 0.7)';
  context.lineWidth = 3.5 * ratio;
  context.stroke(path);
  context.strokeStyle = look.colour ?? '#ffffff';
  context.lineWidth = 1.5 * ratio;
  if (look.isDashed === true) context.setLineDash([6 * ratio, 4 * ratio]);
  context.stroke(path);
  context.restore();
}

export interface Handle {
  readonly point: ImagePoint;
  readonly isStrong?: boolean;
}

/** CSS pixels: where handles would lie closer than this, one stands for all. */
const handleSpacing = 10;

/** Fewer handles where they would cover each other and the outline; zooming in brings them back. */
export function spacedOut(view: DeviceView, handles: readonly Handle[]): readonly Handle[] {
  const cell = handleSpacing * view.pixelRatio;
  const taken = new Set<string>();
  return handles.filter(({ point, isStrong }) => {
    const column = Math.floor((view.left + point.x * view.scale) / cell);
    const row = Math.floor((view.top + point.y * view.scale) / cell);
    const key = `${column} ${row}`;
    const isFree = !taken.has(key);
    taken.add(key);
    return isFree || isStrong === true;
  });
}

/** Small squares at points; strong ones are filled with the accent. */
export function paintHandles(context: Context2d, view: DeviceView, handles: readonly Handle[]): void {
  const half = 3.5 * view.pixelRatio;
  context.save();
  context.lineWidth = 1.25 * view.pixelRatio;
  context.strokeStyle = 'rgba(0, 0, 0, 0.85)';
  for (const { point, isStrong } of handles) {
    const x = view.left + point.x * view.scale;
    const y = view.top + point.y * view.scale;
    if (x < -half || y < -half || x > view.width + half || y > view.height + half) continue;
    const size = isStrong === true ? half * 1.35 : half;
    context.fillStyle = isStrong === true ? '#ffd400' : '#ffffff';
    context.fillRect(x - size, y - size, 2 * size, 2 * size);
    context.strokeRect(x - size, y - size, 2 * size, 2 * size);
  }
  context.restore();
}
