import { Spline } from 'lucide-react';
import { type ImagePoint, imagePoint } from '../../electron/common/geometry.ts';
import type { Contour } from '../../electron/common/contour.ts';
import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import type { DeviceView } from '../picture/device-view.ts';
import type { Context2d } from '../picture/draw-tiles.ts';
import { maskRuns } from '../picture/mask-runs.ts';
import { commitMask, hasMaskOf, standingOf } from './apply-shape.ts';
import {
  type CornerAt,
  cornerCount,
  cornerPoints,
  insertedCorner,
  movedCorner,
  nearestCorner,
  nearestSide,
  removedCorner,
  ringsOf,
} from './corners.ts';
import { finishing } from './finishing.ts';
import { refusal } from './mask-edit.ts';
import { paintHandles, pathThrough, spacedOut, strokeLine } from './outline-paint.ts';
import type { Tool, ToolPointer } from './tool.ts';
import { type Workbench, activeTarget } from './workbench.ts';
import { describeTool } from './tool-description.ts';
import { ownNumber } from './tool-option.ts';

/** CSS pixels from which a corner or a side is taken. */
const grabDistance = 8;
/** Above this many corners a mask is shown as lines only; a larger tolerance makes fewer. */
const shownCorners = 20_000;

interface Draft {
  readonly record: AnnotationRecord;
  readonly tolerance: number;
  readonly before: readonly Contour[];
  readonly after: readonly Contour[];
}

const lineTolerance = ownNumber({
  id: 'vertices.tolerance',
  label: "How far a line may lie from the mask's border, in pixels",
  short: 'Tolerance',
  initial: 1,
  minimum: 0,
  maximum: 50,
  step: 0.5,
  unit: 'px',
  scale: 'linear',
  control: 'box',
});

export const verticesDescription = describeTool({
  id: 'vertices',
  title: 'Edit corners',
  key: 'd',
  icon: Spline,
  group: 'shape',
  pen: null,
  options: [lineTolerance],
  create: verticesTool,
});

/**
 * The active mask as outlines with corners: drag a corner, drag a side to make one, Alt-click to remove one.
 * Enter puts the outlines back into pixels; what they leave untouched keeps its exact pixels.
 */
export function verticesTool(workbench: Workbench): Tool {
  let draft: Draft | null = null;
  let grabbed: CornerAt | null = null;
  let pointer: ToolPointer | null = null;
  let isInHand = true;

  const isChanged = (): boolean => draft !== null && draft.before !== draft.after;

  /** Moved corners belong to their target until they are applied or dropped, whatever is selected and however it is called by now. */
  const keepsDraft = (): boolean => {
    if (draft === null || !isChanged()) return false;
    const { record } = draft;
    const standing = workbench.annotations(record.imageId).find(({ id }) => id === record.id);
    if (standing === undefined || !hasMaskOf(standing, record)) {
      standingOf(workbench, record);
      return false;
    }
    draft = { ...draft, record: standing };
    if (activeTarget(workbench)?.id !== standing.id)
      workbench.hint(`The moved corners of “${standing.name}” wait: Enter applies them, Escape drops them.`);
    return true;
  };

  const load = async (): Promise<void> => {
    if (keepsDraft()) return;
    const record = activeTarget(workbench);
    const tolerance = lineTolerance.read(workbench.options());
    if (draft?.record === record && draft?.tolerance === tolerance) return;
    draft = null;
    workbench.setDraft(false);
    workbench.redraw();
    if (record === null) {
      workbench.hint('Select the target whose corners to edit.');
      return;
    }
    const why = refusal(record);
    workbench.hint(why);
    if (why !== null) return;
    const contours = await workbench.assisted(
      { label: 'Finding corners', failure: 'The outline could not be made' },
      (signal) => workbench.masks.run('corners', { runs: maskRuns(record.mask), tolerance }, signal),
    );
    if (contours === null || activeTarget(workbench) !== record) return;
    draft = { record, tolerance, before: contours, after: contours };
    workbench.hint(
      `${cornerCount(contours)} corners. Drag a corner or a side; Alt-click removes a corner; Enter applies.`,
    );
    workbench.redraw();
  };

  const change = (after: readonly Contour[]): void => {
    if (draft === null) return;
    draft = { ...draft, after };
    workbench.setDraft(isChanged());
    workbench.redraw();
  };

  const cornerUnder = (at: ToolPointer): CornerAt | null => {
    if (draft === null) return null;
    const found = nearestCorner(draft.after, at.point);
    return found !== null && found.distance * workbench.camera().zoom <= grabDistance ? found.at : null;
  };

  const press = (at: ToolPointer): void => {
    pointer = at;
    if (draft === null) return;
    const corner = cornerUnder(at);
    if (corner !== null && at.alt) {
      change(removedCorner(draft.after, corner));
      return;
    }
    grabbed = corner;
    if (corner !== null || at.alt) return;
    const side = nearestSide(draft.after, at.point);
    if (side === null || side.distance * workbench.camera().zoom > grabDistance) return;
    change(insertedCorner(draft.after, side.at, at.point));
    grabbed = { ...side.at, index: side.at.index + 1 };
  };

  const apply = async (): Promise<void> => {
    const done = draft;
    if (done === null || !isChanged()) return;
    const { record, before, after } = done;
    const runs = await workbench.assisted(
      { label: 'Filling the outlines', failure: 'The outlines could not be filled' },
      (signal) =>
        workbench.masks.run(
          'reshape',
          { runs: maskRuns(record.mask), ...onlyChanged(before, after) },
          signal,
        ),
    );
    if (runs === null || draft?.after !== after) return;
    const standing = standingOf(workbench, record, 'exactly');
    // What may not be changed now stays drafted, and why was said.
    if (standing === null) return;
    draft = null;
    commitMask(workbench, standing, runs, 'Edit corners of');
    // Put down meanwhile, what is in the hand by now is another's.
    if (!isInHand) return;
    workbench.setDraft(false);
    void load();
  };

  void load();
  return {
    cursor: () => (pointer !== null && cornerUnder(pointer) !== null ? 'move' : 'default'),
    press,
    drag: (at) => {
      pointer = at;
      if (grabbed !== null && draft !== null) change(movedCorner(draft.after, grabbed, snapped(at)));
    },
    release: () => {
      grabbed = null;
    },
    abandon: () => {
      grabbed = null;
    },
    hover: (at) => {
      pointer = at;
      workbench.redraw();
    },
    apply: () => finishing(apply()),
    putDown: () => {
      [grabbed, pointer, isInHand] = [null, null, false];
      return isChanged();
    },
    takeUp: () => {
      isInHand = true;
      if (draft === null || !keepsDraft()) {
        draft = null;
        void load();
        return;
      }
      // Its corners are those of this target, whatever is selected by now.
      workbench.select([draft.record.id]);
      change(draft.after);
    },
    drop: () => {
      if (draft !== null) change(draft.before);
      if (!isInHand) return;
      workbench.setDraft(false);
      void load();
    },
    refresh: () => void load(),
    paint: (context, view) => {
      if (draft !== null)
        paintDraft(context, view, {
          contours: draft.after,
          strong: grabbed ?? (pointer && cornerUnder(pointer)),
        });
    },
  };
}

/** Parts whose outlines are the same object on both sides were not touched and need no filling. */
function onlyChanged(
  before: readonly Contour[],
  after: readonly Contour[],
): { readonly before: readonly Contour[]; readonly after: readonly Contour[] } {
  const kept = new Set(after);
  const old = new Set(before);
  return {
    before: before.filter((contour) => !kept.has(contour)),
    after: after.filter((contour) => !old.has(contour)),
  };
}

/** Shift puts a corner exactly on a pixel's corner. */
function snapped(at: ToolPointer): ImagePoint {
  return at.shift ? imagePoint({ x: Math.round(at.point.x), y: Math.round(at.point.y) }) : at.point;
}

function paintDraft(
  context: Context2d,
  view: DeviceView,
  { contours, strong }: { readonly contours: readonly Contour[]; readonly strong: CornerAt | null },
): void {
  for (const ring of contours.flatMap(ringsOf))
    strokeLine(context, view, pathThrough(view, cornerPoints(ring), true));
  if (cornerCount(contours) > shownCorners) return;
  const handles = contours.flatMap((contour, part) =>
    ringsOf(contour).flatMap((ring, ringIndex) =>
      cornerPoints(ring).map((point, index) => ({
        point,
        isStrong: strong?.part === part && strong.ring === ringIndex && strong.index === index,
      })),
    ),
  );
  paintHandles(context, view, spacedOut(view, handles));
}
