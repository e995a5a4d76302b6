import type { Size } from '../../electron/common/bitmap.ts';
import type { Box, ImageRecord } from '../../electron/common/document.ts';
import { useStudio } from '../store/studio.ts';
import { requestedCamera } from './requested-camera.ts';
import { reportZoom, setViewport } from '../store/view.ts';
import { type Camera, type Sight, cameraOf, viewportOf, visibleBox } from './camera.ts';
import { useCanvas } from './canvas-session.ts';
import { type DeviceView, deviceView } from './device-view.ts';
import type { Context2d } from './draw-tiles.ts';
import { FrameLoop } from './frame-loop.ts';
import { ImageTiles, loadTile } from './image-tiles.ts';
import { type PaneStage, createPaneStage } from './konva-stage.ts';
import type { LiveEdit } from './live-edit.ts';
import { MaskTiles } from './mask-tiles.ts';
import { Flash, paintOverlay } from './paint-overlay.ts';
import { paintImage, paintPixelGrid } from './paint-image.ts';
import { type CommittedTiles, type FillTiles, paintActive, paintCommitted } from './paint-masks.ts';
import { composeFillPicture, composeTilePictures } from './tile-picture.ts';
import { PictureMark } from './picture-mark.ts';
import { SceneInputs } from './scene-inputs.ts';
import { StrokePicture } from './stroke-picture.ts';
import { tilesIn } from './tile-grid.ts';

const imageTileBytes = 192 * 1024 * 1024;
const maskTileBytes = 96 * 1024 * 1024;
/** Time of one frame for composing tiles of masks; what is left over is done in the next frame. */
const composeBudgetMs = 10;

/** What a tool draws over the picture, in device pixels. */
export type OverlayPainter = (context: Context2d, view: DeviceView) => void;

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
  readonly #activeFills = fillTiles();
  readonly #shapes = fillTiles();
  readonly #inputs = new SceneInputs();
  readonly #mark = new PictureMark();
  readonly #flash: Flash;
  readonly #stops: (() => void)[] = [];
  #pane: Size;
  #answered = 0;
  #live: LiveEdit | null = null;
  #strokePicture: StrokePicture | null = null;
  #toolPainter: OverlayPainter | null = null;

  constructor(container: HTMLDivElement) {
    this.#pane = { width: container.clientWidth, height: container.clientHeight };
    this.#stage = createPaneStage(container, {
      pixelRatio: window.devicePixelRatio,
      painters: {
        image: (context) => this.#paintImage(context),
        masks: (context) => this.#paintMasks(context),
        active: (context) => this.#paintActive(context),
        overlay: (context) => this.#paintOverlay(context),
      },
    });
    this.#loop = new FrameLoop((name) => this.#stage.draw(name));
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
    const isSameStroke =
      live?.kind === 'stroke' && this.#live?.kind === 'stroke' && live.stroke === this.#live.stroke;
    if (!isSameStroke)
      this.#strokePicture = live?.kind === 'stroke' ? new StrokePicture(live.stroke, live.colour) : null;
    this.#live = live;
    this.#applyOpacity();
    this.#loop.request('active', 'overlay');
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
      this.#pane = { width: container.clientWidth, height: container.clientHeight };
      this.#stage.resize(this.#pane);
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
    if (changes.has('camera')) this.#reportZoom();
    if (changes.has('hover')) this.#flash.start(this.#inputs.isHoverFromOutside);
    this.#applyOpacity();
    if (changes.has('camera')) this.#loop.requestAll();
    if (changes.has('grid')) this.#loop.request('image');
    if (changes.has('masks')) this.#loop.request('masks', 'active', 'overlay');
    this.#loop.request('overlay');
    if (changes.has('request')) this.#answerRequest();
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
    const isShown = this.#live !== null || !(masksHidden || outlineOnly);
    this.#stage.setOpacity('active', isShown ? opacity : 0);
  }

  #view(): DeviceView {
    return deviceView(this.camera, this.sight, window.devicePixelRatio);
  }

  #paintImage(context: Context2d): void {
    const { image } = this.#inputs;
    if (image === null) return;
    const view = this.#view();
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
    const { masks, opacity } = this.#inputs;
    if (this.image === null) return;
    const isComplete = paintCommitted(context, this.#view(), {
      masks: masks.committed,
      tiles: this.#committed,
      opacity,
      outlineOnly: this.#inputs.outlineOnly,
      mayCompose: budget(),
    });
    if (!isComplete) this.#loop.request('masks');
    else {
      this.#mark.masksDrawn(this.image.id);
      this.#mark.check(this.image.id, this.#tiles.isSettled);
    }
  }

  #paintActive(context: Context2d): void {
    if (this.image === null) return;
    const { masks } = this.#inputs;
    paintActive(context, this.#view(), {
      active: masks.active,
      fills: this.#activeFills,
      live: this.#live,
      strokePicture: this.#strokePicture,
      shapes: this.#shapes,
      others: useCanvas.getState().sparesOthers ? { masks: masks.committed, tiles: this.#committed } : null,
    });
  }

  #paintOverlay(context: Context2d): void {
    if (this.image === null) return;
    const view = this.#view();
    const isComplete = paintOverlay(context, view, {
      masks: this.#inputs.masks,
      compared: this.#inputs.compared,
      live: this.#live,
      strokePicture: this.#strokePicture,
      flash: this.#flash.strength,
      masksHidden: this.#inputs.masksHidden,
      mayTrace: budget(),
    });
    if (!isComplete) this.#loop.request('overlay');
    this.#toolPainter?.(context, view);
  }
}

/** True while this frame has time left. */
function budget(): () => boolean {
  const deadline = performance.now() + composeBudgetMs;
  return () => performance.now() < deadline;
}

function fillTiles(): FillTiles {
  return new MaskTiles({ compose: composeFillPicture, layers: 1, limitBytes: maskTileBytes });
}
