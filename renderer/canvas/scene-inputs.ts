import type { AnnotationRecord, ImageRecord } from '../../electron/common/document/records.ts';
import { annotationsOf } from '../../electron/common/document/views.ts';
import type { StreamTarget } from '../store/chat-state.ts';
import type { Studio } from '../store/studio.ts';
import type { CanvasSession } from '../store/canvas-session.ts';
import { type PaintedMask, packColour } from '../picture/compose-tile.ts';
import { boxOf } from '../../electron/common/runs.ts';
import { drawableRuns } from '../picture/mask-runs.ts';
import { type SceneMasks, sceneMasks } from '../picture/painted-masks.ts';

/** What a change of the stores means for the picture. */
export type SceneChange = 'image' | 'camera' | 'masks' | 'looks' | 'hover' | 'grid' | 'trouble' | 'request';

const nothingStreamed: readonly StreamTarget[] = [];

/** The parts of the stores that the picture depends on, read again only when they are not what they were. */
export class SceneInputs {
  image: ImageRecord | null = null;
  masks: SceneMasks = { committed: [], active: null, selected: [], hovered: null };
  /** The model's own mask of the target that is being compared. */
  compared: PaintedMask | null = null;
  opacity = 0.45;
  masksHidden = false;
  outlineOnly = false;
  /** True when a chip or the list pointed at the hovered target, not the pointer over the picture. */
  isHoverFromOutside = false;
  #seen: readonly unknown[] = [];

  read(studio: Studio, canvas: CanvasSession): ReadonlySet<SceneChange> {
    const { view, document, settings } = studio;
    const image = (view.imageId === null ? undefined : document.images.get(view.imageId)) ?? null;
    const annotations = annotationsOf(document, view.imageId);
    const stream = view.imageId === null ? undefined : studio.chat.streams.get(view.imageId);
    const streamed = stream?.targets ?? nothingStreamed;
    const now = {
      image: [image],
      camera: [view.viewport],
      masks: [annotations, view.selection, view.previews, view.compared, streamed, settings.maskPattern],
      looks: [settings.maskOpacity, view.outlineOnly, canvas.sparesOthers, view.masksHidden],
      hover: [view.hovered],
      grid: [canvas.pixelGrid],
      trouble: [studio.troubledImages],
      request: [view.cameraRequest],
    } satisfies Record<SceneChange, readonly unknown[]>;
    const changes = this.#changesTo(now);
    if (changes.size === 0) return changes;
    this.image = image;
    this.opacity = settings.maskOpacity;
    this.masksHidden = view.masksHidden;
    this.outlineOnly = view.outlineOnly;
    this.isHoverFromOutside = view.hovered !== null && view.cursor === null;
    if (changes.has('masks') || changes.has('hover')) {
      const { selection, hovered, previews } = view;
      const shown = {
        annotations,
        selection,
        hovered,
        previews,
        streamed,
        hasPatterns: settings.maskPattern,
      };
      this.masks = sceneMasks(shown, this.masks.committed);
      this.compared = comparedMask(annotations.find(({ id }) => id === view.compared));
    }
    return changes;
  }

  #changesTo(now: Record<SceneChange, readonly unknown[]>): ReadonlySet<SceneChange> {
    const changes = new Set<SceneChange>();
    const seen: unknown[] = [];
    for (const [change, parts] of Object.entries(now) as [SceneChange, readonly unknown[]][]) {
      // A list of masks keeps its identity while no record of any image changes (records.ts).
      if (parts.some((part, index) => part !== this.#seen[seen.length + index])) changes.add(change);
      seen.push(...parts);
    }
    this.#seen = seen;
    return changes;
  }
}

function comparedMask(annotation: AnnotationRecord | undefined): PaintedMask | null {
  if (annotation === undefined || annotation.modelMask === null) return null;
  const runs = drawableRuns(annotation.modelMask);
  return { runs, box: boxOf(runs), colour: packColour(annotation.colour), pattern: 0 };
}
