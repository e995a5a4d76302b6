import type { AnnotationRecord, ImageRecord } from '../../electron/common/document/records.ts';
import { annotationsOf } from '../../electron/common/document/views.ts';
import type { StreamTarget } from '../store/chat-state.ts';
import type { Studio } from '../store/studio.ts';
import type { CanvasSession } from '../store/canvas-session.ts';
import { type PaintedMask, packColour } from '../picture/compose-tile.ts';
import { boxOf } from '../../electron/common/runs.ts';
import { isShown } from '../../electron/common/document/shown.ts';
import { type MaskTitle, shortTitle } from '../picture/place-titles.ts';
import { ownColour, shownColour } from '../store/shown-colour.ts';
import { targetTitles } from '../store/target-titles.ts';
import { drawableRuns } from '../picture/mask-runs.ts';
import { type SceneMasks, sceneMasks } from '../picture/painted-masks.ts';

/** What a change of the stores means for the picture. */
export type SceneChange =
  | 'image'
  | 'camera'
  | 'masks'
  | 'looks'
  | 'titles'
  | 'hover'
  | 'grid'
  | 'tones'
  | 'trouble'
  | 'request';

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
  /** What is written at the masks, lowest first. */
  titles: readonly MaskTitle[] = [];
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
      masks: [
        annotations,
        view.selection,
        view.previews,
        view.compared,
        streamed,
        settings.maskPattern,
        settings.colourBy,
        document.categories,
        image === null ? undefined : studio.pictureColours.get(image.sha256),
      ],
      looks: [settings.maskOpacity, view.outlineOnly, canvas.sparesOthers, view.masksHidden],
      titles: [settings.maskLabels, document.targets],
      hover: [view.hovered],
      grid: [canvas.pixelGrid],
      tones: [canvas.tones],
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
        colourOf: (annotation: AnnotationRecord) => shownColour(studio, annotation),
      };
      this.masks = sceneMasks(shown, this.masks.committed);
      const compared = annotations.find(({ id }) => id === view.compared);
      this.compared = compared === undefined ? null : comparedMask(compared, ownColour(studio, compared));
    }
    if (changes.has('masks') || changes.has('hover') || changes.has('titles'))
      this.titles = titlesShown(studio);
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

/** Of which targets the title is written: all, those pointed at or selected, or none. */
function titlesShown(studio: Studio): readonly MaskTitle[] {
  const { document, settings, view } = studio;
  if (settings.maskLabels === 'never') return [];
  const isMeant = (id: AnnotationRecord['id']): boolean =>
    settings.maskLabels === 'always' || id === view.hovered || view.selection.includes(id);
  const titles = targetTitles(document, view.imageId);
  return annotationsOf(document, view.imageId)
    .filter(
      (annotation) => isMeant(annotation.id) && annotation.area > 0 && isShown(annotation, view.selection),
    )
    .map((annotation) => ({
      text: shortTitle(titles.get(annotation.id) ?? ''),
      box: (view.previews.get(annotation.id) ?? annotation).bbox,
      colour: shownColour(studio, annotation),
      isStrong: annotation.id === view.hovered || view.selection.includes(annotation.id),
    }));
}

function comparedMask({ modelMask }: AnnotationRecord, colour: string): PaintedMask | null {
  if (modelMask === null) return null;
  const runs = drawableRuns(modelMask);
  return { runs, box: boxOf(runs), colour: packColour(colour), pattern: 0 };
}
