import { type Brush, paintSegment, segmentBox } from '../../electron/common/brush.ts';
import { emptyCrop } from '../../electron/common/bitmap.ts';
import { encodeCrop } from '../../electron/common/mask-region.ts';
import { type ImagePoint, cellBox } from '../../electron/common/geometry.ts';
import { cracksOf } from '../picture/crack-path.ts';
import type { DeviceView } from '../picture/device-view.ts';
import type { Context2d } from '../picture/draw-tiles.ts';

/** From here on the ring shows the very pixels the brush would paint. */
const footprintFromScale = 4;
const footprintLargest = 96;

export interface BrushRing {
  readonly brush: Brush;
  readonly at: ImagePoint;
  readonly isErasing: boolean;
}

/** The brush at its true size under the pointer. */
export function paintBrushRing(context: Context2d, view: DeviceView, ring: BrushRing): void {
  const showsPixels =
    view.scale / view.pixelRatio >= footprintFromScale && ring.brush.diameter <= footprintLargest;
  const path = showsPixels ? footprintPath(view, ring) : outlinePath(view, ring);
  context.save();
  context.lineJoin = 'round';
  context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
  context.lineWidth = 3 * view.pixelRatio;
  context.stroke(path);
  context.strokeStyle = '#ffffff';
  context.lineWidth = 1.25 * view.pixelRatio;
  if (ring.isErasing) context.setLineDash([4 * view.pixelRatio, 3 * view.pixelRatio]);
  context.stroke(path);
  context.restore();
  paintCentre(context, view, ring.at);
}

function outlinePath(view: DeviceView, { brush, at }: BrushRing): Path2D {
  const path = new Path2D();
  const x = view.left + at.x * view.scale;
  const y = view.top + at.y * view.scale;
  // A ring of under a few screen pixels could not be seen.
  const radius = Math.max(2 * view.pixelRatio, (brush.diameter / 2) * view.scale);
  if (brush.shape === 'round') path.arc(x, y, radius, 0, 2 * Math.PI);
  else path.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  return path;
}

function footprintPath(view: DeviceView, { brush, at }: BrushRing): Path2D {
  const dab = { from: at, to: at };
  const [left, top, width, height] = segmentBox(brush, dab);
  // Painted at the origin: the footprint may lie outside the image, where masks have no pixels.
  const crop = emptyCrop([left, top, width, height]);
  paintSegment(crop, brush, dab, 1);
  const runs = encodeCrop({ box: [0, 0, width, height], data: crop.data }, { width, height });
  const path = new Path2D();
  for (const crack of cracksOf({ runs, box: [0, 0, width, height] }, cellBox([0, 0, width, height]), 0)) {
    path.moveTo(view.left + (left + crack.fromX) * view.scale, view.top + (top + crack.fromY) * view.scale);
    path.lineTo(view.left + (left + crack.toX) * view.scale, view.top + (top + crack.toY) * view.scale);
  }
  return path;
}

function paintCentre(context: Context2d, view: DeviceView, at: ImagePoint): void {
  const x = Math.round(view.left + at.x * view.scale);
  const y = Math.round(view.top + at.y * view.scale);
  const arm = Math.round(3 * view.pixelRatio);
  context.fillStyle = 'rgba(0, 0, 0, 0.7)';
  context.fillRect(x - arm - 1, y - 1, 2 * arm + 3, 3);
  context.fillRect(x - 1, y - arm - 1, 3, 2 * arm + 3);
  context.fillStyle = '#ffffff';
  context.fillRect(x - arm, y, 2 * arm + 1, 1);
  context.fillRect(x, y - arm, 1, 2 * arm + 1);
}
