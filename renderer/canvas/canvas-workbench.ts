import type { AnnotationRecord, ImageRecord } from '../../electron/common/document/records.ts';
import { nextColour } from '../../electron/common/palette.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { clearColour, coloursUnder } from '../picture/ground.ts';
import type { PictureGround } from './picture-ground.ts';
import { cutOut, followEdge, objectAt, readPixels } from '../store/edge-help.ts';
import { commit } from '../store/edit.ts';
import { annotationsFound, annotationsOf } from '../../electron/common/document/views.ts';
import { activeCategory, noteDrawn } from '../store/label-set.ts';
import { startEditing } from '../store/reveal-target.ts';
import { ownColour, shownColour } from '../store/shown-colour.ts';
import { useStudio } from '../store/studio.ts';
import { showError } from '../store/toasts.ts';
import { hover, select } from '../store/view.ts';
import type { EdgeHelp, Workbench } from '../tools/workbench.ts';
import type { MaskWork } from '../workers/mask-work.ts';
import type { CanvasScene } from './canvas-scene.ts';
import { setCanvas, showHint, useCanvas } from '../store/canvas-session.ts';

/** The workbench of the app: the stores, the scene and the backend behind one interface. */
export function canvasWorkbench(scene: CanvasScene, masks: MaskWork, ground: PictureGround): Workbench {
  return {
    image: () => scene.image,
    annotations: (on) =>
      on === undefined ? shownAnnotations() : annotationsOf(useStudio.getState().document, on),
    hasImage: (id) => useStudio.getState().document.images.has(id),
    selected: selectedAnnotations,
    options: () => useCanvas.getState(),
    classes: () => useStudio.getState().document.categories,
    drawnClass: () => activeCategory(useStudio.getState()),
    tool: () => useStudio.getState().view.tool,
    noteDrawn: ({ categoryId }, tool) => noteDrawn(tool, categoryId),
    newColour: (shape) => newColour(ground, shape),
    shownColour: (target) => shownColour(useStudio.getState(), target),
    changeOptions: setCanvas,
    camera: () => scene.camera,
    visible: () => scene.visible,
    select,
    edit: startEditing,
    hover,
    moveCamera: (camera) => scene.moveCamera(camera),
    showLive: (live) => scene.showLive(live),
    refreshLive: () => scene.refreshLive(),
    redraw: () => scene.redrawOverlay(),
    hint: showHint,
    report: showError,
    setDraft: (hasDraft) => {
      if (useCanvas.getState().hasDraft !== hasDraft) setCanvas({ hasDraft });
    },
    commit,
    assisted,
    masks,
    helpOn: edgeHelp,
  };
}

function newColour({ colours, inPicture }: PictureGround, shape: Runs | null): string {
  const used = shownAnnotations().map((annotation) => ownColour(useStudio.getState(), annotation));
  return colours === null || shape === null
    ? nextColour(used, inPicture)
    : clearColour(coloursUnder(colours, shape), [...used, ...inPicture]);
}

export function shownAnnotations(): readonly AnnotationRecord[] {
  const { document, view } = useStudio.getState();
  return annotationsOf(document, view.imageId);
}

function selectedAnnotations(): readonly AnnotationRecord[] {
  const { document, view } = useStudio.getState();
  return annotationsFound(document, view.selection);
}

/** What is under way, oldest first. */
const underWay = new Set<{ readonly label: string; readonly isProposal: () => boolean; cancel(): void }>();

async function assisted<Result>(
  words: { readonly label: string; readonly failure: string; readonly isProposal?: () => boolean },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const isProposal = words.isProposal ?? (() => false);
  if (isProposal()) for (const other of underWay) if (other.isProposal()) other.cancel();
  const abort = new AbortController();
  const mine = { label: words.label, isProposal, cancel: () => abort.abort() };
  underWay.add(mine);
  showAssistance();
  try {
    return await work(abort.signal);
  } catch (thrown) {
    showError(words.failure, thrown);
    return null;
  } finally {
    underWay.delete(mine);
    showAssistance();
  }
}

/** The newest is named; cancelling means all that is under way. */
function showAssistance(): void {
  const newest = [...underWay].at(-1);
  const cancel = (): void => {
    for (const one of underWay) one.cancel();
  };
  setCanvas({ assistance: newest === undefined ? null : { label: newest.label, cancel } });
}

function edgeHelp({ id: imageId }: ImageRecord): EdgeHelp {
  return {
    pixels: async (box, signal) => readPixels(imageId, box, signal),
    grabCut: async (request, signal) => cutOut({ imageId, ...request }, signal),
    scissors: async (from, to, signal) => followEdge(imageId, { from, to }, signal),
    segment: async (request, signal) => objectAt({ imageId, ...request }, signal),
  };
}
