import type { Box, Camera, ImagePoint, Size } from '../../electron/common/geometry.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
  CategoryRecord,
  Diff,
  ImageId,
  ImageRecord,
  Rle,
} from '../../electron/common/document/records.ts';
import type { RgbCrop } from '../../electron/common/flood-fill.ts';
import type { CanvasSession } from '../store/canvas-session.ts';
import type { LiveEdit } from '../picture/live-edit.ts';
import type { Runs } from '../../electron/common/runs.ts';
import type { MaskOperations } from '../workers/mask-operations.ts';

/**
 * Everything a tool may see and do. The app's is made of the scene and the stores (canvas-workbench.ts);
 * tests bring one without a screen.
 */
export interface Workbench {
  /** The image shown; null when there is none. */
  image(): ImageRecord | null;
  /** Of the image shown, or of another, lowest first. */
  annotations(on?: ImageId): readonly AnnotationRecord[];
  /** Whether the image is in the project still. */
  hasImage(id: ImageId): boolean;
  /** All selected ones; the last is the active target. */
  selected(): readonly AnnotationRecord[];
  options(): CanvasSession;
  /** All of the project. */
  classes(): ReadonlyMap<CategoryId, CategoryRecord>;
  /** The class of what is drawn next; null for none. */
  drawnClass(): CategoryRecord | null;
  /** Id of the tool in hand. */
  tool(): string;
  /** A new target was drawn with this tool; "repeat last" draws another such. */
  noteDrawn(record: AnnotationRecord, tool: string): void;
  /** The colour of a new target that stands out from what lies under `shape`; null while the shape is unknown. */
  newColour(shape: Runs | null): string;
  /** What a target is, or would be, drawn in. */
  shownColour(target: Pick<AnnotationRecord, 'colour' | 'autoColour' | 'categoryId' | 'imageId'>): string;
  changeOptions(part: Partial<CanvasSession>): void;
  camera(): Camera;
  /** Image pixels in sight. */
  visible(): Box;

  select(ids: readonly AnnotationId[]): void;
  /** Takes up a target to correct it: selected, in sight, with the brush in hand. */
  edit(record: AnnotationRecord): void;
  hover(id: AnnotationId | null): void;
  moveCamera(camera: Camera): void;
  showLive(live: LiveEdit | null): void;
  /** The live stroke has new pixels. */
  refreshLive(): void;
  redraw(): void;
  /** Says what to do next or why something was refused; null takes the words away. */
  hint(text: string | null): void;
  /** Shows a failure; being cancelled is none. */
  report(what: string, thrown: unknown): void;
  /** True while Enter and Escape mean apply and drop. */
  setDraft(hasDraft: boolean): void;

  commit(label: string, diff: Diff): Promise<void>;
  /**
   * Runs long work that the person sees and can cancel; what fails is shown as `failure`, and the answer is null. What was drawn is finished beside
   * all other such work; of proposals only the newest is wanted, and beginning one cancels the one before, unless that was taken already.
   */
  assisted<Result>(
    words: { readonly label: string; readonly failure: string; readonly isProposal?: () => boolean },
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | null>;
  /** Work on masks outside the window's thread. */
  readonly masks: MaskOperations;
  /** About this image, whichever is shown when the help is asked for. */
  helpOn(image: ImageRecord): EdgeHelp;
}

/** What the backend knows about the picture's colours and edges. */
export interface EdgeHelp {
  pixels(box: Box, signal: AbortSignal): Promise<RgbCrop>;
  grabCut(request: GrabCutRequest, signal: AbortSignal): Promise<{ readonly mask: Rle; readonly bbox: Box }>;
  scissors(from: ImagePoint, to: ImagePoint, signal: AbortSignal): Promise<readonly ImagePoint[]>;
  /** The object at points and in a box, by the SAM-like files that the person brought. */
  segment(request: SegmentRequest, signal: AbortSignal): Promise<{ readonly mask: Rle }>;
}

export interface SegmentRequest {
  readonly points: readonly PointPrompt[];
  readonly box: Box | null;
}

/** A place on the object, or beside it. Image pixels. */
export interface PointPrompt {
  readonly x: number;
  readonly y: number;
  readonly isInside: boolean;
}

export interface GrabCutRequest {
  readonly box: Box;
  readonly inside: Rle | null;
  readonly outside: Rle | null;
}

export function imageSize(workbench: Workbench): Size {
  return workbench.image() ?? { width: 0, height: 0 };
}

/** The target that tools change; null when none is selected. */
export function activeTarget(workbench: Workbench): AnnotationRecord | null {
  return workbench.selected().at(-1) ?? null;
}
