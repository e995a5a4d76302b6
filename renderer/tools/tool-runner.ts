import type { OverlayPainter } from '../picture/draw-tiles.ts';
import type { Tool } from './tool.ts';
import { type ToolId, toolOf } from './all-tools.ts';
import type { Workbench } from './workbench.ts';

/** Drafts that wait to be taken up; who leaves more behind has forgotten the first of them. */
const mostWaiting = 50;

/** Keeps the one tool in hand. What it has drafted waits for the same tool on the same image; what cannot wait is dropped. */
export class ToolRunner {
  readonly #workbench: Workbench;
  readonly #setPainter: (painter: OverlayPainter | null) => void;
  readonly #imageId: () => string | null;
  readonly #hasImage: (id: string) => boolean;
  readonly #waiting = new Map<string, Tool>();
  #id: ToolId;
  #tool: Tool;
  /** Of the tool in hand. */
  #place: string;

  constructor(
    workbench: Workbench,
    options: {
      readonly tool: string;
      readonly setPainter: (painter: OverlayPainter | null) => void;
      /** The image that is chosen; the scene may show another for a moment. */
      readonly imageId: () => string | null;
      /** Whether it is in the project still. */
      readonly hasImage: (id: string) => boolean;
    },
  ) {
    this.#workbench = workbench;
    this.#setPainter = options.setPainter;
    this.#imageId = options.imageId;
    this.#hasImage = options.hasImage;
    this.#id = toolOf(options.tool).id;
    this.#place = this.#placeOf(this.#id);
    this.#tool = this.#take(this.#id);
  }

  get id(): ToolId {
    return this.#id;
  }

  get tool(): Tool {
    return this.#tool;
  }

  /** Ids of the images on which something that was begun waits for its tool; one that was removed took its own along. */
  get waitingOn(): readonly string[] {
    return [...new Set([...this.#waiting.keys()].map(imageOf))].filter(this.#hasImage);
  }

  /** Takes another tool into the hand. */
  choose(id: string): void {
    if (id === this.#id) return;
    const { title } = toolOf(this.#id);
    const isWaiting = this.#putDown();
    this.#id = toolOf(id).id;
    this.#tool = this.#take(this.#id);
    if (isWaiting)
      this.#workbench.hint(`What you began with “${title}” is kept: take that tool again to go on with it.`);
  }

  /** Another image or no image: what the tool prepared belongs to the old one. */
  restart(): void {
    const before = imageOf(this.#place);
    const isWaiting = this.#putDown();
    this.#tool = this.#take(this.#id);
    if (isWaiting)
      this.#workbench.hint(
        this.#hasImage(before)
          ? 'What you began on the image before is kept: go back to it to go on with it.'
          : 'What you began on the image comes back with it when you undo.',
      );
  }

  dispose(): void {
    this.#drop();
    this.#waiting.clear();
    this.#setPainter(null);
  }

  #take(id: ToolId): Tool {
    this.#place = this.#placeOf(id);
    const waiting = this.#waiting.get(this.#place);
    this.#waiting.delete(this.#place);
    const tool = waiting ?? toolOf(id).create(this.#workbench);
    this.#setPainter(tool.paint ?? null);
    waiting?.takeUp?.();
    return tool;
  }

  /** @returns whether what was drafted waits */
  #putDown(): boolean {
    this.#tool.abandon?.();
    const isWaiting = this.#tool.putDown?.() ?? false;
    if (!isWaiting) this.#drop();
    else {
      this.#waiting.set(this.#place, this.#tool);
      for (const oldest of this.#waiting.keys())
        if (this.#waiting.size > mostWaiting) this.#waiting.delete(oldest);
      this.#clear();
    }
    return isWaiting;
  }

  #drop(): void {
    this.#tool.abandon?.();
    this.#tool.drop?.();
    this.#clear();
  }

  #clear(): void {
    this.#workbench.showLive(null);
    this.#workbench.setDraft(false);
    this.#workbench.hint(null);
  }

  #placeOf(id: ToolId): string {
    return `${this.#imageId() ?? ''} ${id}`;
  }
}

function imageOf(place: string): string {
  return place.slice(0, place.lastIndexOf(' '));
}
