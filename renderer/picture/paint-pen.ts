import type { PenState } from '../store/canvas-session.ts';
import type { DeviceView } from './device-view.ts';
import type { Context2d } from './draw-tiles.ts';

const innerGap = 5;
const outerReach = 15;
const downColour = '#ffd400';

/** A cross that shows on any picture; full and yellow while the pen is down. */
export function paintPen(context: Context2d, view: DeviceView, pen: PenState): void {
  const x = Math.round(view.left + pen.at.x * view.scale) + 0.5;
  const y = Math.round(view.top + pen.at.y * view.scale) + 0.5;
  const from = innerGap * view.pixelRatio;
  const to = outerReach * view.pixelRatio;
  const path = new Path2D();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    path.moveTo(x + dx * from, y + dy * from);
    path.lineTo(x + dx * to, y + dy * to);
  }
  context.save();
  context.lineCap = 'round';
  for (const [colour, width] of [
    ['rgba(0, 0, 0, 0.85)', 5],
    [pen.isDown ? downColour : '#ffffff', 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width * view.pixelRatio;
    context.stroke(path);
  }
  context.restore();
}
