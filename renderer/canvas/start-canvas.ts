import type { ImageId } from '../../electron/common/document/records.ts';
import { isFinishing } from '../tools/finishing.ts';
import { ToolRunner } from '../tools/tool-runner.ts';
import type { Tool } from '../tools/tool.ts';
import { useStudio } from '../store/studio.ts';
import { reportCursor } from '../store/view.ts';
import { whenWhole } from '../store/whole-project.ts';
import { MaskWork } from '../workers/mask-work.ts';
import { type ImagePoint, pixelAt } from '../../electron/common/geometry.ts';
import { setCanvas, showHint, useCanvas } from '../store/canvas-session.ts';
import { listenForPaste } from './clipboard.ts';
import { CanvasScene } from './canvas-scene.ts';
import { canvasWorkbench, shownAnnotations } from './canvas-workbench.ts';
import { currentCanvas, imagesWithDrafts, setCurrentCanvas } from './current-canvas.ts';
import { KeyboardPen } from './keyboard-pen.ts';
import { PictureGround } from './picture-ground.ts';
import { PointerInput } from './pointer-input.ts';
import { rehearseStrokes } from '../picture/rehearsal.ts';

/**
 * Brings the canvas to life in an element: scene, tools, input, and what keeps them in step with the stores.
 *
 * @returns a function that ends all of it
 */
export function startCanvas(pane: HTMLElement, container: HTMLDivElement): () => void {
  const masks = new MaskWork();
  const scene = new CanvasScene(container);
  const ground = new PictureGround();
  const workbench = canvasWorkbench(scene, masks, ground);
  const runner = new ToolRunner(workbench, {
    tool: useStudio.getState().view.tool,
    setPainter: (painter) => scene.setToolPainter(painter),
    imageId: () => useStudio.getState().view.imageId,
    hasImage: (id) => useStudio.getState().document.images.has(id as ImageId), // any text may be asked for
  });
  const input = new PointerInput(pane, {
    scene,
    tool: (): Tool => runner.tool,
    isPanTool: () => runner.id === 'pan',
    onPointer: () => pen.putAway(),
    onCursor: (pointer) =>
      reportCursor(pointer === null ? null : insideOrNull(scene, pixelAt(pointer.point))),
  });
  const pen = new KeyboardPen({
    hand: input.hand,
    tool: () => runner.id,
    sight: () => (scene.image === null ? null : scene.sight),
    camera: () => scene.camera,
    moveCamera: (camera) => scene.moveCamera(camera),
    pointer: () => input.at,
    session: () => useCanvas.getState(),
    show: (shown) => setCanvas({ pen: shown }),
  });
  const stroke = {
    isUnderWay: () => input.isDrawing,
    letGo: () => {
      pen.lift();
      input.letGo();
    },
    drop: () => input.abandon(),
  };
  setCurrentCanvas({ workbench, runner, pen, stroke });
  const lift = (): void => pen.putAway();
  pane.addEventListener('blur', lift);
  window.addEventListener('beforeunload', askBeforeLeaving);

  const stops = [
    listenForPaste(window),
    rehearsedWhenWhole(),
    useStudio.subscribe(
      (state) => state.view.tool,
      (tool) => {
        stroke.letGo();
        runner.choose(tool);
        pen.taken();
        input.refresh();
      },
    ),
    useStudio.subscribe(
      (state) => state.view.imageId,
      () => {
        input.abandon();
        setCanvas({ pen: null });
        runner.restart();
      },
    ),
    useStudio.subscribe(
      (state) => state.view.selection,
      (selection) => {
        // A panel about what was selected must not open by itself over what is drawn next, and take the keys.
        if (selection.length === 0) setCanvas({ isCleaningUp: false });
        // What was said of the target selected before is no word about this one.
        if (!useCanvas.getState().hasDraft) showHint(null);
        runner.tool.refresh?.();
      },
    ),
    useStudio.subscribe(shownAnnotations, () => runner.tool.refresh?.()),
    useCanvas.subscribe(
      (state) => state.own,
      () => runner.tool.refresh?.(),
    ),
    useCanvas.subscribe(
      (state) => state.brush,
      () => scene.redrawOverlay(),
    ),
    useCanvas.subscribe(
      (state) => state.pen,
      () => scene.redrawOverlay(),
    ),
    useCanvas.subscribe(
      (state) => state.isPanning,
      () => input.refresh(),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
    pane.removeEventListener('blur', lift);
    window.removeEventListener('beforeunload', askBeforeLeaving);
    setCurrentCanvas(null);
    input.dispose();
    useCanvas.getState().assistance?.cancel();
    runner.dispose();
    masks.dispose();
    ground.dispose();
    scene.dispose();
    reportCursor(null);
    setCanvas({ isPanning: false, hasDraft: false, hint: null, pen: null });
  };
}

/** The browser asks in its own words; so does a window of the desktop (hosts/desktop/ask-before-leaving.ts). */
function askBeforeLeaving(event: BeforeUnloadEvent): void {
  // What is being drawn stands as far as it went, and what is on its way to the disk is not left behind.
  currentCanvas()?.stroke.letGo();
  const isUnsaved = isFinishing() || useStudio.getState().saving.pending > 0;
  const isTyped = [...useStudio.getState().chat.drafts.values()].some(({ text }) => text.trim() !== '');
  if (isUnsaved || imagesWithDrafts().length > 0 || isTyped) event.preventDefault();
}

function insideOrNull(scene: CanvasScene, pixel: ImagePoint): ImagePoint | null {
  const { image } = scene;
  const isInside =
    image !== null && pixel.x >= 0 && pixel.y >= 0 && pixel.x < image.width && pixel.y < image.height;
  return isInside ? pixel : null;
}

/** Rehearses once all of the project is here: until then the page has better things to do. @returns a function that stops it */
function rehearsedWhenWhole(): () => void {
  let stop = (): void => undefined;
  let isStopped = false;
  void whenWhole().then(() => {
    if (!isStopped) stop = rehearseStrokes();
  });
  return () => {
    isStopped = true;
    stop();
  };
}
