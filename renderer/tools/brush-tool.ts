import { Brush as BrushIcon } from 'lucide-react';
import { type BitmapCrop, emptyCrop } from '../../electron/common/bitmap.ts';
import {
  type Box,
  type ImagePoint,
  boxHolds,
  growBox,
  intersectBoxes,
  isEmptyBox,
  uniteBoxes,
} from '../../electron/common/geometry.ts';
import { type Brush, segmentBox } from '../../electron/common/brush.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { packColour } from '../picture/compose-tile.ts';
import { StrokeBits } from '../picture/live-edit.ts';
import { paintBrushRing } from './brush-ring.ts';
import { type ShapeGoal, applyShape, shapeGoal } from './apply-shape.ts';
import type { Tool, ToolPointer } from './tool.ts';
import { type Workbench, imageSize } from './workbench.ts';
import { brushShape, brushSize, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

/** Beyond what is in sight a stroke may go this far before its room must grow. */
const roomMargin = 256;

interface Stroke {
  readonly goal: ShapeGoal;
  readonly bits: StrokeBits;
  readonly brush: Brush;
  last: ImagePoint;
}

export const brushDescription = describeTool({
  id: 'brush',
  title: 'Brush',
  key: 'b',
  icon: BrushIcon,
  group: 'paint',
  pen: { kind: 'hold', done: 'Painted', isBetweenPixels: false },
  options: [brushShape, brushSize, sparesOthers],
  create: (workbench) => brushTool(workbench, 'add'),
});

/**
 * Paints onto the active target, or rubs off it. Pixels are written into a plain buffer as the pointer moves;
 * the mask itself changes once, when the button is released. Alt turns the brush into the eraser and back.
 */
export function brushTool(workbench: Workbench, own: 'add' | 'subtract'): Tool {
  let stroke: Stroke | null = null;
  let pointer: ToolPointer | null = null;

  const begin = (at: ToolPointer): void => {
    const effect = at.alt ? opposite(own) : own;
    const wanted = shapeGoal(workbench, effect);
    if (wanted === null) return;
    const options = workbench.options().brush;
    const brush: Brush = { shape: options.shape, diameter: options.size };
    const goal =
      wanted.kind === 'new' ? { ...wanted, colour: firstColour(workbench, at.point, brush) } : wanted;
    stroke = {
      goal,
      brush,
      bits: new StrokeBits(roomFor(workbench, at.point, brush), imageSize(workbench)),
      last: at.point,
    };
    workbench.hint(null);
    const colour = packColour(colourOf(workbench, goal));
    workbench.showLive({
      kind: 'stroke',
      effect: effect === 'add' ? 'add' : 'erase',
      colour,
      stroke: stroke.bits,
    });
    paintPath(stroke, [at.point]);
    workbench.refreshLive();
  };

  const paintPath = (current: Stroke, path: readonly ImagePoint[]): void => {
    for (const point of path) {
      const segment = { from: current.last, to: point };
      makeRoom(workbench, current.bits, segmentBox(current.brush, segment));
      current.bits.paint(current.brush, segment);
      current.last = point;
    }
  };

  const finish = (): void => {
    if (stroke === null) return;
    const { goal, bits } = stroke;
    stroke = null;
    const shape = bits.toRuns();
    const isErasing = goal.kind === 'existing' && goal.effect === 'subtract';
    applyShape(workbench, goal, shape, isErasing ? 'Erase from' : 'Paint');
    workbench.showLive(null);
  };

  return {
    cursor: () => 'none',
    press: begin,
    drag: (at) => {
      pointer = at;
      if (stroke !== null) paintPath(stroke, at.path);
      workbench.refreshLive();
    },
    release: finish,
    abandon: () => {
      stroke = null;
      workbench.showLive(null);
    },
    hover: (at) => {
      pointer = at;
      workbench.redraw();
    },
    paint: (context, view) => {
      if (pointer === null) return;
      const { shape, size } = workbench.options().brush;
      const isErasing = (pointer.alt ? opposite(own) : own) === 'subtract';
      paintBrushRing(context, view, { brush: { shape, diameter: size }, at: pointer.point, isErasing });
    },
  };
}

function opposite(effect: 'add' | 'subtract'): 'add' | 'subtract' {
  return effect === 'add' ? 'subtract' : 'add';
}

/** The colour the shape will be shown in once it is part of the document. */
export function colourOf(workbench: Workbench, goal: ShapeGoal, shape: Runs | null = null): string {
  if (goal.kind === 'existing') return workbench.shownColour(goal.record);
  const image = workbench.image();
  const colour = goal.colour ?? workbench.newColour(shape);
  const categoryId = workbench.drawnClass()?.id ?? null;
  return image === null ? colour : workbench.shownColour({ colour, categoryId, imageId: image.id });
}

/** A new target keeps the colour its first dab was shown in. */
function firstColour(workbench: Workbench, point: ImagePoint, brush: Brush): string {
  const dab = insideImage(segmentBox(brush, { from: point, to: point }), workbench);
  return workbench.newColour(boxRuns(dab, imageSize(workbench)));
}

/** What is in sight and a margin: fresh memory costs nothing until it is written, growing costs a copy. */
function roomFor(workbench: Workbench, point: ImagePoint, brush: Brush): BitmapCrop {
  const size = imageSize(workbench);
  const wanted = uniteBoxes(
    workbench.visible(),
    insideImage(segmentBox(brush, { from: point, to: point }), workbench),
  );
  return emptyCrop(growBox(wanted, roomMargin, size));
}

function makeRoom(workbench: Workbench, bits: StrokeBits, segment: Box): void {
  const wanted = insideImage(segment, workbench);
  if (isEmptyBox(wanted) || boxHolds(bits.crop.box, wanted)) return;
  const room = growBox(uniteBoxes(bits.crop.box, wanted), 2 * roomMargin, imageSize(workbench));
  const larger = emptyCrop(room);
  copyRows(bits.crop, larger);
  bits.grow(larger);
}

function insideImage(box: Box, workbench: Workbench): Box {
  const { width, height } = imageSize(workbench);
  return intersectBoxes(box, [0, 0, width, height]);
}

function copyRows(from: BitmapCrop, to: BitmapCrop): void {
  const [left, top, width, height] = from.box;
  for (let row = 0; row < height; row++) {
    const start = (top + row - to.box[1]) * to.box[2] + left - to.box[0];
    to.data.set(from.data.subarray(row * width, (row + 1) * width), start);
  }
}
