import { type LayerName, layerNames } from './konva-stage.ts';

/** Draws what was asked for once per frame of the display, bottom layer first. */
export class FrameLoop {
  readonly #draw: (name: LayerName) => void;
  readonly #prepare: () => boolean;
  readonly #wanted = new Set<LayerName>();
  #frame: number | null = null;

  /**
   * @param options.prepare runs first in every frame and may ask for layers of it; false when it has more to do in
   *   the next one
   */
  constructor(options: { readonly draw: (name: LayerName) => void; readonly prepare: () => boolean }) {
    this.#draw = options.draw;
    this.#prepare = options.prepare;
  }

  /** Without a name: a frame in which only what has to be prepared goes on. */
  request(...names: readonly LayerName[]): void {
    for (const name of names) this.#wanted.add(name);
    this.#frame ??= requestAnimationFrame(() => {
      this.drawNow();
    });
  }

  requestAll(): void {
    this.request(...layerNames);
  }

  drawNow(): void {
    const isPrepared = this.#prepare();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    // A painter may ask for another frame; that wish must not be lost in this one.
    const wanted = layerNames.filter((name) => this.#wanted.has(name));
    this.#wanted.clear();
    for (const name of wanted) this.#draw(name);
    if (!isPrepared) this.request();
  }

  dispose(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#wanted.clear();
  }
}
