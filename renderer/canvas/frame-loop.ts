import { type LayerName, layerNames } from './konva-stage.ts';

/** Draws what was asked for once per frame of the display, bottom layer first. */
export class FrameLoop {
  readonly #draw: (name: LayerName) => void;
  readonly #wanted = new Set<LayerName>();
  #frame: number | null = null;

  constructor(draw: (name: LayerName) => void) {
    this.#draw = draw;
  }

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
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    // A painter may ask for another frame; that wish must not be lost in this one.
    const wanted = layerNames.filter((name) => this.#wanted.has(name));
    this.#wanted.clear();
    for (const name of wanted) this.#draw(name);
  }

  dispose(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#wanted.clear();
  }
}
