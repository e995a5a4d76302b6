import type { ToolId } from '../store/view-state.ts';
import type { OverlayPainter } from '../picture/draw-tiles.ts';
import type { Tool } from './tool.ts';
import { createTool } from './all-tools.ts';
import type { Workbench } from './workbench.ts';

/** Keeps the one tool in hand; changing tools drops what the old one had prepared. */
export class ToolRunner {
  readonly #workbench: Workbench;
  readonly #setPainter: (painter: OverlayPainter | null) => void;
  #id: ToolId;
  #tool: Tool;

  constructor(
    workbench: Workbench,
    options: { readonly tool: ToolId; readonly setPainter: (painter: OverlayPainter | null) => void },
  ) {
    this.#workbench = workbench;
    this.#setPainter = options.setPainter;
    this.#id = options.tool;
    this.#tool = this.#take(options.tool);
  }

  get id(): ToolId {
    return this.#id;
  }

  get tool(): Tool {
    return this.#tool;
  }

  /** Takes another tool into the hand. */
  choose(id: ToolId): void {
    if (id === this.#id) return;
    this.#putDown();
    this.#id = id;
    this.#tool = this.#take(id);
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
    const tool = createTool(id, this.#workbench);
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
