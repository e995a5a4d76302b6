import { type Modifiers, noModifiers, type ToolPointer } from '../tools/tool.ts';
import { toolOf } from '../tools/all-tools.ts';
import { type Sight, panBy } from '../picture/camera.ts';
import {
  type Camera,
  type ImagePoint,
  imagePoint,
  middleOf,
  screenPoint,
  toImage,
  toScreen,
} from '../../electron/common/geometry.ts';
import type { CanvasSession, PenState } from '../store/canvas-session.ts';

export function drawsWithPen(tool: string): boolean {
  return toolOf(tool).pen !== null;
}

/** How a press of the keyboard reaches the tool: the pointer's own way (pointer-input.ts). */
export interface PenHand {
  press(pointer: ToolPointer): boolean;
  move(pointer: ToolPointer): void;
  release(pointer: ToolPointer): void;
  abandon(): void;
}

export interface PenWorld {
  readonly hand: PenHand;
  readonly tool: () => string;
  readonly sight: () => Sight | null;
  readonly camera: () => Camera;
  readonly moveCamera: (camera: Camera) => void;
  /** Where the mouse is over the picture, if it is. */
  readonly pointer: () => ImagePoint | null;
  readonly session: () => CanvasSession;
  readonly show: (pen: PenState | null) => void;
}

/** CSS pixels that stay in sight around the pen. */
const sightMargin = 32;

export class KeyboardPen {
  readonly #world: PenWorld;
  #modifiers = noModifiers;
  /** Presses in one place: two close a polygon, as a double click does. */
  #clicks = 0;

  constructor(world: PenWorld) {
    this.#world = world;
  }

  /** Moves by so many steps: an image pixel, or a pixel of the screen where that is more. */
  step(by: { readonly x: number; readonly y: number }): void {
    const pen = this.#inHand();
    if (pen === null) return;
    const size = Math.max(1, Math.round(1 / this.#world.camera().zoom));
    const at = this.#inside(imagePoint({ x: pen.at.x + by.x * size, y: pen.at.y + by.y * size }));
    this.#clicks = 0;
    this.#world.show({ ...pen, at, said: pen.isDown ? 'Pen down' : 'Pen' });
    this.#keepInSight(at);
    this.#world.hand.move(this.#pointerAt(at));
  }

  /** Puts the pen down or lifts it; tools that take points take one. The first press of all only shows where the pen is. */
  press(modifiers: Partial<Modifiers> = {}): void {
    const known = this.#world.session().pen;
    const pen = this.#inHand();
    const use = toolOf(this.#world.tool()).pen;
    if (pen === null || use === null) return;
    if (known === null) {
      this.#world.hand.move(this.#pointerAt(pen.at));
      return;
    }
    if (pen.isDown) {
      this.#lift(pen, use.done);
      return;
    }
    this.#modifiers = { ...noModifiers, ...modifiers };
    this.#clicks++;
    const isTaken = this.#world.hand.press(this.#pointerAt(pen.at));
    if (!isTaken) return;
    if (use.kind === 'click') this.#lift(pen, use.done);
    else this.#world.show({ ...pen, isDown: true, said: 'Pen down' });
  }

  /** Escape: what the pen draws is dropped, then the pen is put away. */
  escape(): void {
    const { pen } = this.#world.session();
    if (pen === null) return;
    if (pen.isDown) {
      this.#world.hand.abandon();
      this.#world.show({ ...pen, isDown: false, said: 'Dropped' });
    } else this.putAway();
  }

  /** Lifts it where it is: what it drew so far stands. */
  lift(): void {
    const { pen } = this.#world.session();
    if (pen?.isDown === true) this.#lift(pen, toolOf(this.#world.tool()).pen?.done ?? '');
  }

  /** What it drew was taken away (another tool): it is lifted, and goes with a tool that it cannot hold. */
  taken(): void {
    const { pen } = this.#world.session();
    if (pen === null) return;
    const isHeld = drawsWithPen(this.#world.tool());
    this.#world.show(isHeld ? { at: this.#inside(pen.at), isDown: false, said: 'Pen' } : null);
  }

  /** Lets go of what it draws and disappears: the mouse or another control takes over. */
  putAway(): void {
    const { pen } = this.#world.session();
    if (pen === null) return;
    if (pen.isDown) this.#lift(pen, '');
    this.#world.show(null);
  }

  #lift(pen: PenState, said: string): void {
    this.#world.hand.release(this.#pointerAt(pen.at));
    this.#modifiers = noModifiers;
    this.#world.show({ ...pen, isDown: false, said });
  }

  /** The pen as it is, or taken up: where the mouse is, else in the middle of what is in sight. */
  #inHand(): PenState | null {
    const sight = this.#world.sight();
    if (sight === null || !drawsWithPen(this.#world.tool())) return null;
    const { pen } = this.#world.session();
    if (pen !== null) return pen;
    const middle = toImage(middleOf(sight.pane), this.#world.camera());
    const at = this.#inside(this.#world.pointer() ?? middle);
    const taken: PenState = { at, isDown: false, said: 'Pen' };
    this.#clicks = 0;
    this.#world.show(taken);
    return taken;
  }

  #inside(point: ImagePoint): ImagePoint {
    const image = this.#world.sight()?.image ?? { width: 1, height: 1 };
    const border = toolOf(this.#world.tool()).pen?.isBetweenPixels === true ? 0 : 1;
    return imagePoint({
      x: Math.max(0, Math.min(image.width - border, Math.floor(point.x))),
      y: Math.max(0, Math.min(image.height - border, Math.floor(point.y))),
    });
  }

  #pointerAt(point: ImagePoint): ToolPointer {
    const screen = toScreen(point, this.#world.camera());
    return { point, screen, path: [point], clicks: this.#clicks, ...this.#modifiers };
  }

  #keepInSight(at: ImagePoint): void {
    const sight = this.#world.sight();
    if (sight === null) return;
    const camera = this.#world.camera();
    const screen = toScreen(at, camera);
    const by = screenPoint({
      x: wayBack(screen.x, sight.pane.width),
      y: wayBack(screen.y, sight.pane.height),
    });
    if (by.x !== 0 || by.y !== 0) this.#world.moveCamera(panBy(camera, by, sight));
  }
}

/** How far the picture must move for a place to be well inside the pane. */
function wayBack(at: number, side: number): number {
  const margin = Math.min(sightMargin, side / 4);
  return Math.max(0, margin - at) + Math.min(0, side - margin - at);
}

/** "Pen down, x 12, y 40": what is read out after each key. */
export function penWords({ at, said }: PenState): string {
  return `${said === '' ? 'Pen' : said}, x ${at.x}, y ${at.y}`;
}
