import { type Box, type Camera, type ScreenSize, screenSize } from '../../electron/common/geometry.ts';
import type { ImageRecord } from '../../electron/common/document/records.ts';
import { useStudio } from '../store/studio.ts';
import { requestedCamera } from './requested-camera.ts';
import { reportZoom, setViewport } from '../store/view.ts';
import { type Sight, cameraOf, viewportOf, visibleBox } from '../picture/camera.ts';
import { useCanvas } from '../store/canvas-session.ts';
import { Changeover } from '../picture/changeover.ts';
import { traceMask } from '../picture/crack-path.ts';
import { type DeviceView, deviceView } from '../picture/device-view.ts';
import { type Context2d, type OverlayPainter, clearAll } from '../picture/draw-tiles.ts';
import { FrameBudget } from './frame-budget.ts';
import { FrameLoop } from './frame-loop.ts';
import { ImageTiles, loadTile } from '../picture/image-tiles.ts';
import { type PaneStage, createPaneStage } from './konva-stage.ts';
import type { LiveEdit } from '../picture/live-edit.ts';
import { MaskTiles } from '../picture/mask-tiles.ts';
import { Flash, paintOverlay } from '../picture/paint-overlay.ts';
import { paintImage, paintPixelGrid } from '../picture/paint-image.ts';
import {
  type CommittedTiles,
  DrawnTiles,
  type FillTiles,
  paintActive,
  paintCommitted,
  prepareCommitted,
  prepareFill,
} from '../picture/paint-masks.ts';
import { paintTitles } from '../picture/paint-titles.ts';
import { isPlain } from '../picture/tones.ts';
import { paintPen } from '../picture/paint-pen.ts';
import { type SceneMasks, layersOf } from '../picture/painted-masks.ts';
import { composeFillPicture, composeTilePictures } from '../picture/tile-picture.ts';
import { PictureMark } from './picture-mark.ts';
import { SceneInputs } from './scene-inputs.ts';
import { StrokePicture } from '../picture/stroke-picture.ts';
import { tilesIn } from '../picture/tile-grid.ts';

const imageTileBytes = 192 * 1024 * 1024;
const maskTileBytes = 96 * 1024 * 1024;
const composeBudgetMs = 7;

/**
 * The picture of one pane. Everything drawn is a function of the records, the view and the live edit:
 * the scene listens to the stores outside React and redraws only the layers that a change touches.
 */
export class CanvasScene {
  readonly #stage: PaneStage;
  readonly #loop: FrameLoop;
  readonly #tiles: ImageTiles<ImageBitmap>;
  readonly #committed: CommittedTiles = new MaskTiles({
    compose: composeTilePictures,
    layers: 2,
    limitBytes: maskTileBytes,
  });
  readonly #drawn = new DrawnTiles();
  readonly #activeFills = fillTiles();
  readonly #shapes = fillTiles();
  readonly #inputs = new SceneInputs();
  readonly #changeover = new Changeover(this.#inputs.masks);
  readonly #budget = new FrameBudget(composeBudgetMs);
  readonly #mark = new PictureMark();
  readonly #flash: Flash;
  readonly #stops: (() => void)[] = [];
  #pane: ScreenSize;
  #answered = 0;
  #toolPainter: OverlayPainter | null = null;

  constructor(container: HTMLDivElement) {
    this.#pane = screenSize({ width: container.clientWidth, height: container.clientHeight });
    this.#stage = createPaneStage(container, {
      pixelRatio: window.devicePixelRatio,
      painters: {
        image: (context) => this.#paintImage(context),
        masks: (context) => this.#paintMasks(context),
        active: (context) => this.#paintActive(context),
        overlay: (context) => this.#paintOverlay(context),
      },
    });
    this.#loop = new FrameLoop({
      draw: (name) => this.#stage.draw(name),
      prepare: () => this.#prepare(),
    });
    this.#flash = new Flash(() => this.#loop.request('overlay'));
    this.#tiles = new ImageTiles<ImageBitmap>({
      load: loadTile,
      bytesOf: (picture) => picture.width * picture.height * 4,
      release: (picture) => picture.close(),
      limitBytes: imageTileBytes,
      onChange: () => this.#loop.request('image'),
    });
    this.#listen(container);
    this.#follow();
    this.#loop.requestAll();
  }

  /** The image shown; null when there is none. */
  get image(): ImageRecord | null {
    return this.#inputs.image;
  }

  get sight(): Sight {
    const image = this.#inputs.image;
    return { image: image ?? { width: 1, height: 1 }, pane: this.#pane };
  }

  get camera(): Camera {
    return cameraOf(useStudio.getState().view.viewport, this.sight);
  }

  /** Image pixels in sight. */
  get visible(): Box {
    return visibleBox(this.camera, this.sight);
  }

  moveCamera(camera: Camera): void {
    if (this.image !== null) setViewport(viewportOf(camera, this.sight));
  }

  /** Shows a change that is not in the document yet; null when it is over. */
  showLive(live: LiveEdit | null): void {
    const before = this.#changeover.shown;
    const isSameStroke =
      live?.kind === 'stroke' && before.live?.kind === 'stroke' && live.stroke === before.live.stroke;
    const picture = live?.kind === 'stroke' ? new StrokePicture(live.stroke, live.colour) : null;
    this.#changeover.setLive(live, isSameStroke ? before.strokePicture : picture);
    this.#applyOpacity();
    // While what came of the last edit is being composed, the picture of that edit stands on the screen.
    if (this.#changeover.isWaiting) this.#loop.request();
    else this.#loop.request('active', 'overlay');
    // What is moved leaves the layer of those that stand.
    if ((before.live?.kind === 'move') !== (live?.kind === 'move')) this.#loop.request('masks');
  }

  /** The live edit has new pixels. */
  refreshLive(): void {
    this.#loop.request('active', 'overlay');
  }

  /** What the tool draws above everything; asked again on every frame of the overlay. */
  setToolPainter(painter: OverlayPainter | null): void {
    this.#toolPainter = painter;
    this.redrawOverlay();
  }

  redrawOverlay(): void {
    this.#loop.request('overlay');
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#loop.dispose();
    this.#flash.dispose();
    this.#tiles.dispose();
    this.#stage.dispose();
    reportZoom(null);
  }

  #listen(container: HTMLDivElement): void {
    const observer = new ResizeObserver(() => {
      this.#pane = screenSize({ width: container.clientWidth, height: container.clientHeight });
      this.#stage.resize(this.#pane);
      this.#drawn.forget();
      this.#reportZoom();
      // Drawn at once: a resized canvas is empty, and a frame without the picture would flash.
      this.#loop.requestAll();
      this.#loop.drawNow();
    });
    observer.observe(container);
    this.#stops.push(
      () => observer.disconnect(),
      useStudio.subscribe(() => this.#follow()),
      useCanvas.subscribe(() => this.#follow()),
    );
  }

  /** Reads the stores again and asks for the layers that what changed is drawn on. */
  #follow(): void {
    const changes = this.#inputs.read(useStudio.getState(), useCanvas.getState());
    if (changes.size === 0) return;
    if (changes.has('trouble')) this.#tiles.retry();
    if (changes.has('image') || changes.has('camera')) this.#reportZoom();
    if (changes.has('hover')) this.#flash.start(this.#inputs.isHoverFromOutside);
    this.#applyOpacity();
    if (changes.has('masks') || changes.has('hover')) this.#changeover.want(this.#inputs.masks);
    if (changes.has('image') || changes.has('camera')) {
      // Elsewhere nothing is composed yet, neither of the old masks nor of the new ones.
      this.#changeover.finish();
      this.#loop.requestAll();
    }
    if (changes.has('grid')) this.#loop.request('image');
    if (changes.has('tones'))
      this.#stage.setFilter('image', isPlain(useCanvas.getState().tones) ? null : 'view-tones');
    if (changes.has('looks')) this.#loop.request('masks', 'active');
    const isOnlyMasks = changes.size === 1 && changes.has('masks') && this.#inputs.compared === null;
    if (isOnlyMasks) this.#loop.request();
    else this.#loop.request('overlay');
    if (changes.has('request')) this.#answerRequest();
  }

  /** Composes the masks to come within the frame's time. @returns false when that takes another frame */
  #prepare(): boolean {
    this.#budget.startFrame();
    const before = this.#changeover.shown;
    if (this.#changeover.step((masks) => this.#isReady(masks))) {
      const { masks, live } = this.#changeover.shown;
      if (masks.committed !== before.masks.committed || live !== before.live) this.#loop.request('masks');
      if (masks.active !== before.masks.active || live !== before.live) this.#loop.request('active');
      this.#loop.request('overlay');
      this.#applyOpacity();
    }
    return !this.#changeover.isWaiting;
  }

  #isReady(masks: SceneMasks): boolean {
    if (this.image === null) return true;
    const view = this.#view();
    const mayCompose = this.#budget.hasTime;
    return (
      (masks.active === null || prepareFill(view, masks.active, { tiles: this.#activeFills, mayCompose })) &&
      masks.selected.every((mask) => traceMask(view, mask, mayCompose)) &&
      prepareCommitted(view, { masks: masks.committed, tiles: this.#committed, mayCompose })
    );
  }

  /** What the shell asked for; a request is answered once. */
  #answerRequest(): void {
    const request = useStudio.getState().view.cameraRequest;
    if (request === null || request.serial === this.#answered || this.image === null) return;
    this.#answered = request.serial;
    if (request.kind === 'fit') setViewport(null);
    else this.moveCamera(requestedCamera(request, this.camera, this.sight));
  }

  #reportZoom(): void {
    reportZoom(this.image === null ? null : this.camera.zoom);
  }

  #applyOpacity(): void {
    const { masksHidden, outlineOnly, opacity } = this.#inputs;
    this.#stage.setOpacity('masks', masksHidden ? 0 : 1);
    const isShown = this.#changeover.shown.live !== null || !(masksHidden || outlineOnly);
    this.#stage.setOpacity('active', isShown ? opacity : 0);
  }

  #view(): DeviceView {
    return deviceView(this.camera, this.sight, window.devicePixelRatio);
  }

  #paintImage(context: Context2d): void {
    const { image } = this.#inputs;
    const view = this.#view();
    clearAll(context, view);
    if (image === null) return;
    const source = { imageId: image.id, version: image.sha256 };
    this.#tiles.want(source, tilesIn(view.visible, view.level));
    paintImage(context, view, (tile) => this.#tiles.get(source, tile));
    this.#mark.check(image.id, this.#tiles.isSettled);
    if (useCanvas.getState().pixelGrid) paintPixelGrid(context, view);
    useCanvas.setState((state) =>
      state.isImageUnreadable === this.#tiles.hasFailures
        ? state
        : { isImageUnreadable: this.#tiles.hasFailures },
    );
  }

  #paintMasks(context: Context2d): void {
    const { opacity } = this.#inputs;
    const { masks, live } = this.#changeover.shown;
    if (this.image === null) {
      this.#drawn.forget();
      clearAll(context, this.#view());
      return;
    }
    const painting = {
      masks: layersOf(masks, live).standing,
      tiles: this.#committed,
      opacity,
      outlineOnly: this.#inputs.outlineOnly,
      mayCompose: this.#budget.hasTime,
    };
    const isComplete = paintCommitted(context, this.#view(), painting, this.#drawn);
    if (!isComplete) this.#loop.request('masks');
    else {
      this.#mark.masksDrawn(this.image.id);
      this.#mark.check(this.image.id, this.#tiles.isSettled);
    }
  }

  #paintActive(context: Context2d): void {
    if (this.image === null) {
      clearAll(context, this.#view());
      return;
    }
    const { masks, live, strokePicture } = this.#changeover.shown;
    paintActive(context, this.#view(), {
      followed: layersOf(masks, live).followed,
      fills: this.#activeFills,
      live,
      strokePicture,
      shapes: this.#shapes,
      others: useCanvas.getState().sparesOthers ? { masks: masks.committed, tiles: this.#committed } : null,
    });
  }

  #paintOverlay(context: Context2d): void {
    const view = this.#view();
    clearAll(context, view);
    if (this.image === null) return;
    const isComplete = paintOverlay(context, view, {
      ...this.#changeover.shown,
      compared: this.#inputs.compared,
      flash: this.#flash.strength,
      masksHidden: this.#inputs.masksHidden,
      mayTrace: this.#budget.hasTime,
    });
    if (!isComplete) this.#loop.request('overlay');
    if (!this.#inputs.masksHidden && this.#changeover.shown.live === null)
      paintTitles(context, view, this.#inputs.titles);
    this.#toolPainter?.(context, view);
    const { pen } = useCanvas.getState();
    if (pen !== null) paintPen(context, view, pen);
  }
}

function fillTiles(): FillTiles {
  return new MaskTiles({ compose: composeFillPicture, layers: 1, limitBytes: maskTileBytes });
}
