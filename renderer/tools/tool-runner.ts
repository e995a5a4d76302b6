import type { OverlayPainter } from '../picture/draw-tiles.ts';
import type { Tool } from './tool.ts';
import { type ToolId, toolOf } from './all-tools.ts';
import type { Workbench } from './workbench.ts';

/** Keeps the one tool in hand; changing tools drops what the old one had prepared. */
export class ToolRunner {
  readonly #workbench: Workbench;
  readonly #setPainter: (painter: OverlayPainter | null) => void;
  #id: ToolId;
  #tool: Tool;

  constructor(
    workbench: Workbench,
    options: { readonly tool: string; readonly setPainter: (painter: OverlayPainter | null) => void },
  ) {
    this.#workbench = workbench;
    this.#setPainter = options.setPainter;
    this.#id = toolOf(options.tool).id;
    this.#tool = this.#take(this.#id);
  }

  get id(): ToolId {
    return this.#id;
  }

  get tool(): Tool {
    return this.#tool;
  }

  /** Takes another tool into the hand. */
  choose(id: string): void {
    if (id === this.#id) return;
    this.#putDown();
    this.#id = toolOf(id).id;
    this.#tool = this.#take(this.#id);
  }

  /** Another image or no image: what the tool prepared belonged to the old one. */
  restart(): void {
    this.#putDown();
    this.#tool = this.#take(this.#id);
  }

  dispose(): void {
    this.#putDown();
    this.#setPainter(null);
  }

  #take(id: ToolId): Tool {
    const tool = toolOf(id).create(this.#workbench);
    this.#setPainter(tool.paint ?? null);
    return tool;
  }

  #putDown(): void {
    this.#tool.abandon?.();
    this.#tool.drop?.();
    this.#workbench.showLive(null);
    this.#workbench.setDraft(false);
    this.#workbench.hint(null);
  }
}
