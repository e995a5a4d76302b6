import { Circle } from 'lucide-react';
import { type Box, type ImagePoint, type Size, imagePoint } from '../../electron/common/geometry.ts';
import { RowSpans } from '../../electron/common/row-spans.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { dragShapeTool } from './drag-shape-tool.ts';
import { combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

/** Drag from corner to corner of the ellipse's box; Ctrl keeps it a circle. */
export const ellipseDescription = describeTool({
  id: 'ellipse',
  title: 'Ellipse',
  key: 'u',
  icon: Circle,
  group: 'shape',
  pen: { kind: 'hold', done: 'Ellipse drawn', isBetweenPixels: true },
  options: [combine, sparesOthers],
  create: (workbench) =>
    dragShapeTool(workbench, { label: 'Ellipse', runs: ellipseRuns, outline: ellipseOutline }),
});

/** The pixels whose middle lies in the ellipse that fills `box`, as far as they lie in the image. */
export function ellipseRuns([left, top, width, height]: Box, image: Size): Runs {
  const spans = new RowSpans(image);
  const radius = { x: width / 2, y: height / 2 };
  for (let row = Math.max(0, top); row < Math.min(image.height, top + height); row++) {
    const up = (row + 0.5 - top - radius.y) / radius.y;
    const half = radius.x * Math.sqrt(Math.max(0, 1 - up * up));
    const middle = left + radius.x;
    const from = Math.max(0, Math.ceil(middle - half - 0.5));
    const past = Math.min(image.width, Math.floor(middle + half - 0.5) + 1);
    if (past > from) spans.add(row, from, past);
  }
  return spans.toRuns();
}

const outlineSteps = 64;

function ellipseOutline([left, top, width, height]: Box): readonly ImagePoint[] {
  return Array.from({ length: outlineSteps }, (_, step) => {
    const turn = (step / outlineSteps) * 2 * Math.PI;
    return imagePoint({
      x: left + (width / 2) * (1 + Math.cos(turn)),
      y: top + (height / 2) * (1 + Math.sin(turn)),
    });
  });
}
