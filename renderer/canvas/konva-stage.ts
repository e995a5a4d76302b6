import Konva from 'konva/lib/Core.js';
import type { ScreenSize } from '../../electron/common/geometry.ts';
import type { Context2d } from '../picture/draw-tiles.ts';

/** Bottom to top. There are these four and no more: every Konva layer is a canvas the size of the pane. */
export const layerNames = ['image', 'masks', 'active', 'overlay'] as const;
export type LayerName = (typeof layerNames)[number];

/** Draws one layer in device pixels; the context comes without a transform, and as it was left: a painter clears what it draws anew. */
export type Painter = (context: Context2d) => void;

export interface PaneStage {
  resize(pane: ScreenSize): void;
  /** Draws one layer now. */
  draw(name: LayerName): void;
  /** The compositor applies it: no pixel is drawn again. */
  setOpacity(name: LayerName, opacity: number): void;
  /** The compositor draws the layer through a filter of the page; null through none. */
  setFilter(name: LayerName, filter: string | null): void;
  dispose(): void;
}

/** A stage the size of the pane with one shape per layer. The only file that knows Konva. */
export function createPaneStage(
  container: HTMLDivElement,
  options: { readonly painters: Readonly<Record<LayerName, Painter>>; readonly pixelRatio: number },
): PaneStage {
  Konva.pixelRatio = options.pixelRatio;
  // The scene decides when what is drawn; Konva must not draw by itself.
  Konva.autoDrawEnabled = false;
  const stage = new Konva.Stage({
    container,
    width: container.clientWidth,
    height: container.clientHeight,
    listening: false,
  });
  const layers = new Map<LayerName, Konva.Layer>();
  for (const name of layerNames) {
    const layer = new Konva.Layer({ listening: false, clearBeforeDraw: false });
    layer.add(paintedShape(options.painters[name]));
    stage.add(layer);
    layers.set(name, layer);
  }
  const layerOf = (name: LayerName): Konva.Layer => layers.get(name) as Konva.Layer; // every name was added
  return {
    resize: (pane) => {
      stage.size(pane);
    },
    draw: (name) => {
      layerOf(name).drawScene();
    },
    setOpacity: (name, opacity) => {
      layerOf(name).getNativeCanvasElement().style.opacity = String(opacity);
    },
    setFilter: (name, filter) => {
      layerOf(name).getNativeCanvasElement().style.filter = filter === null ? '' : `url(#${filter})`;
    },
    dispose: () => {
      stage.destroy();
    },
  };
}

function paintedShape(paint: Painter): Konva.Shape {
  return new Konva.Shape({
    listening: false,
    perfectDrawEnabled: false,
    sceneFunc: (konvaContext) => {
      const context = konvaContext._context;
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      paint(context);
      context.restore();
    },
  });
}
