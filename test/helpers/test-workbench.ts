import {
  type Box,
  type Camera,
  type Size,
  imagePoint,
  screenPoint,
  toScreen,
} from '../../electron/common/geometry.ts';
import { invertDiff } from '../../electron/common/document/diff.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryRecord,
  Diff,
  EntityId,
  ImageRecord,
  Entity,
} from '../../electron/common/document/records.ts';
import { nextColour } from '../../electron/common/palette.ts';
import { AppError } from '../../electron/common/errors.ts';
import { boxOf, areaOf, type Runs } from '../../electron/common/runs.ts';
import { initialCanvasSession, type CanvasSession } from '../../renderer/store/canvas-session.ts';
import type { LiveEdit } from '../../renderer/picture/live-edit.ts';
import { maskRuns, storedMask } from '../../renderer/picture/mask-runs.ts';
import type { Tool, ToolPointer } from '../../renderer/tools/tool.ts';
import type { EdgeHelp, Workbench } from '../../renderer/tools/workbench.ts';
import { type MaskOperations, maskOperations } from '../../renderer/workers/mask-operations.ts';
import { anAnnotation, anAnnotationId, anImage } from './records.ts';
import { applyDiff } from './apply-diff.ts';

/** A workbench without a screen: real records, real diffs and undo, mask work done in place. */
export interface TestWorkbench extends Workbench {
  readonly hints: string[];
  readonly labels: string[];
  readonly failures: string[];
  readonly state: {
    live: LiveEdit | null;
    camera: Camera;
    hasDraft: boolean;
    edited: AnnotationId[];
    /** What a test may set: the class of what is drawn next. */
    drawnClass: CategoryRecord | null;
    drawn: AnnotationId[];
    drawnWith: string[];
    /** What a test may set: the tool in hand. */
    tool: string;
    /** What a test may set: another image is shown. */
    shown: ImageRecord;
  };
  record(id: string): AnnotationRecord;
  runs(id: string): Runs;
  undo(): void;
  /** Another window changes the records. */
  changeElsewhere(diff: Diff): void;
  /** Everything that was begun in the background has ended. */
  settled(): Promise<void>;
}

export function aTestWorkbench(given: {
  readonly size: Size;
  readonly classes?: readonly CategoryRecord[];
  readonly targets?: readonly AnnotationRecord[];
  readonly selected?: readonly string[];
  readonly options?: Partial<CanvasSession>;
  readonly help?: Partial<EdgeHelp>;
}): TestWorkbench {
  const image = anImage({ width: given.size.width, height: given.size.height });
  let entities: ReadonlyMap<EntityId, Entity> = new Map(
    [image, ...(given.classes ?? []), ...(given.targets ?? [])].map((record) => [record.id, record]),
  );
  let selection: readonly AnnotationId[] = (given.selected ?? []).map(anAnnotationId);
  // The person chose to add to what is selected; what the app starts with is tested where it matters.
  let options: CanvasSession = { ...initialCanvasSession, combine: 'add', ...given.options };
  const undoStack: Diff[] = [];
  const state: TestWorkbench['state'] = {
    live: null,
    camera: { zoom: 1, pan: screenPoint({ x: 0, y: 0 }) },
    hasDraft: false,
    edited: [],
    drawnClass: null,
    drawn: [],
    drawnWith: [],
    tool: 'brush',
    shown: image,
  };
  const hints: string[] = [];
  const labels: string[] = [];
  const failures: string[] = [];

  const annotations = (): readonly AnnotationRecord[] =>
    [...entities.values()]
      .flatMap((record) => (record.kind === 'annotation' ? [record] : []))
      .sort((a, b) => a.order - b.order);
  const record = (id: string): AnnotationRecord => {
    const found = annotations().find((annotation) => annotation.id === id);
    if (found === undefined) throw new Error(`There is no target ${id}.`);
    return found;
  };
  const cannot = (): never => {
    throw new AppError('internal', 'This test gave no such help.');
  };
  return {
    hints,
    labels,
    failures,
    state,
    record,
    runs: (id) => maskRuns(record(id).mask),
    undo: () => {
      const last = undoStack.pop();
      if (last !== undefined) entities = applyDiff(entities, invertDiff(last));
    },
    changeElsewhere: (diff) => {
      entities = applyDiff(entities, diff);
    },
    settled: async () => {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    },
    image: () => state.shown,
    annotations: (on) => annotations().filter(({ imageId }) => imageId === (on ?? state.shown.id)),
    hasImage: (id) => entities.has(id),
    selected: () => selection.flatMap((id) => annotations().find((annotation) => annotation.id === id) ?? []),
    options: () => options,
    classes: () =>
      new Map(
        [...entities.values()].flatMap((record) =>
          record.kind === 'category' ? [[record.id, record] as const] : [],
        ),
      ),
    drawnClass: () => state.drawnClass,
    tool: () => state.tool,
    noteDrawn: (record, tool) => {
      state.drawn.push(record.id);
      state.drawnWith.push(tool);
    },
    newColour: () => nextColour(annotations().map(({ colour }) => colour)),
    shownColour: ({ colour }) => colour,
    changeOptions: (part) => {
      options = { ...options, ...part };
    },
    camera: () => state.camera,
    visible: (): Box => [0, 0, image.width, image.height],
    select: (ids) => {
      selection = ids;
    },
    edit: (record) => {
      selection = [record.id];
      state.edited.push(record.id);
    },
    hover: () => undefined,
    moveCamera: (camera) => {
      state.camera = camera;
    },
    showLive: (live) => {
      state.live = live;
    },
    refreshLive: () => undefined,
    redraw: () => undefined,
    hint: (text) => {
      if (text !== null) hints.push(text);
    },
    report: (what) => {
      failures.push(what);
    },
    setDraft: (hasDraft) => {
      state.hasDraft = hasDraft;
    },
    commit: async (label, diff) => {
      entities = applyDiff(entities, diff);
      undoStack.push(diff);
      labels.push(label);
    },
    assisted: async (words, work) => {
      try {
        return await work(new AbortController().signal);
      } catch {
        failures.push(words.failure);
        return null;
      }
    },
    masks: workInPlace,
    helpOn: () => ({ pixels: cannot, grabCut: cannot, scissors: cannot, segment: cannot, ...given.help }),
  };
}

/** The worker's operations without the worker. */
const workInPlace: MaskOperations = {
  async run(name, input) {
    // `run` only pairs a name with its own input and output.
    const operate = maskOperations[name] as (input: unknown) => unknown;
    return operate(input) as never;
  },
};

export function aTargetOf(id: string, runs: Runs, fields: Partial<AnnotationRecord> = {}): AnnotationRecord {
  return anAnnotation({
    id: anAnnotationId(id),
    name: id,
    mask: storedMask(runs),
    bbox: boxOf(runs),
    area: areaOf(runs),
    ...fields,
  });
}

type Point = readonly [number, number];

/** The pointer at an image point, as the pane would say it. */
export function pointerAt(
  workbench: Workbench,
  [x, y]: Point,
  fields: Partial<ToolPointer> = {},
): ToolPointer {
  const point = imagePoint({ x, y });
  return {
    point,
    screen: toScreen(point, workbench.camera()),
    path: [point],
    clicks: 1,
    shift: false,
    alt: false,
    mod: false,
    ...fields,
  };
}

/** Press at the first point, move through the others, let go at the last. */
export function dragThrough(
  tool: Tool,
  workbench: Workbench,
  points: readonly Point[],
  fields: Partial<ToolPointer> = {},
): void {
  points.forEach((point, index) => {
    const pointer = pointerAt(workbench, point, fields);
    if (index === 0) tool.press?.(pointer);
    else tool.drag?.(pointer);
  });
  const last = points.at(-1);
  if (last !== undefined) tool.release?.(pointerAt(workbench, last, fields));
}

export function clickAt(
  tool: Tool,
  workbench: Workbench,
  point: Point,
  fields: Partial<ToolPointer> = {},
): void {
  dragThrough(tool, workbench, [point], fields);
}
