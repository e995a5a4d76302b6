import type { Modifiers, Tool, ToolPointer } from '../tools/tool.ts';
import { panBy, stepZoom, zoomAt } from '../picture/camera.ts';
import {
  type Camera,
  type ImagePoint,
  type ScreenPoint,
  screenPoint,
  toImage,
} from '../../electron/common/geometry.ts';
import type { CanvasScene } from './canvas-scene.ts';
import { type HeldKeys, setBrushSize, setCanvas, setHeld, useCanvas } from '../store/canvas-session.ts';
import { useStudio } from '../store/studio.ts';
import type { PenHand } from './keyboard-pen.ts';
import { wheelMove } from './wheel.ts';

/** Presses this close in time and place count as one double click (a pointerdown does not say). */
const doubleClickMs = 400;
const doubleClickDistance = 5;

/** In the mask of `PointerEvent.buttons`. */
const primaryButton = 1;
const middleButton = 4;

const nothingHeld: HeldKeys = { shift: false, alt: false };

/** What the pressed button is doing. */
type Gesture =
  | { readonly kind: 'pan'; last: ScreenPoint }
  | { readonly kind: 'tool'; readonly by: 'pointer' | 'keys' }
  /** Alt and the right button: dragging sideways changes the brush. */
  | { readonly kind: 'resize'; readonly start: ScreenPoint; readonly size: number };

export interface PointerInputOptions {
  readonly scene: CanvasScene;
  readonly tool: () => Tool;
  readonly isPanTool: () => boolean;
  /** The mouse moved or was pressed: who draws with the keys put them down. */
  readonly onPointer: () => void;
  /** The pixel under the pointer changed; null when it left. */
  readonly onCursor: (pointer: ToolPointer | null) => void;
}

/** Turns the pane's events into panning, zooming and the tool's presses. Pointer events never pass through React. */
export class PointerInput {
  readonly #pane: HTMLElement;
  readonly #options: PointerInputOptions;
  readonly #abort = new AbortController();
  #gesture: Gesture | null = null;
  #last: ToolPointer | null = null;
  #press: { readonly at: ScreenPoint; readonly time: number; readonly count: number } | null = null;

  constructor(pane: HTMLElement, options: PointerInputOptions) {
    this.#pane = pane;
    this.#options = options;
    const { signal } = this.#abort;
    pane.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    pane.addEventListener('pointermove', (event) => this.#move(event), { signal });
    pane.addEventListener('pointerup', (event) => this.#up(event), { signal });
    pane.addEventListener('pointercancel', () => this.abandon(), { signal });
    pane.addEventListener('lostpointercapture', (event) => this.#captureLost(event), { signal });
    // Not pointerleave: React tells a chip that the pointer entered it when `pointerout` reaches the root, so clearing later would undo that.
    pane.addEventListener('pointerout', (event) => this.#out(event), { signal });
    pane.addEventListener('blur', () => delete pane.dataset['byPointer'], { signal });
    pane.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    pane.addEventListener('contextmenu', (event) => this.#menu(event), { signal });
    window.addEventListener('keydown', (event) => this.#key(event, true), { signal });
    window.addEventListener('keyup', (event) => this.#key(event, false), { signal });
    window.addEventListener('blur', () => this.#letGoOfKeys(), { signal });
  }

  /** Where the pointer is over the picture; null when it is elsewhere. */
  get at(): ImagePoint | null {
    return this.#last?.point ?? null;
  }

  /** How the keyboard's pen draws: through here, as the mouse does. */
  readonly hand: PenHand = {
    press: (pointer) => {
      if (this.#gesture !== null || this.#options.scene.image === null) return false;
      this.#gesture = { kind: 'tool', by: 'keys' };
      this.#pressTool(pointer);
      return true;
    },
    move: (pointer) => this.#moveTool(pointer),
    release: (pointer) => {
      if (this.#gesture?.kind === 'tool') this.#releaseTool(pointer);
    },
    abandon: () => this.abandon(),
  };

  /** True while something is drawn with the button down. */
  get isDrawing(): boolean {
    return this.#gesture?.kind === 'tool' && this.#gesture.by === 'pointer';
  }

  /** Ends the press as letting go does: what was drawn so far stands. */
  letGo(): void {
    if (this.#gesture?.kind !== 'tool' || this.#last === null) return;
    this.#releaseTool(this.#last);
    this.#showCursor();
  }

  /** Takes the press away: nothing of it is kept. */
  abandon(): void {
    const gesture = this.#gesture;
    this.#gesture = null;
    setHeld({ ...useCanvas.getState().held, pressed: null });
    if (gesture?.kind === 'tool') this.#options.tool().abandon?.();
    this.#showCursor();
  }

  /** Another tool, another mode: the pointer looks different without having moved. */
  refresh(): void {
    if (this.#gesture === null) this.#options.tool().hover?.(this.#last);
    this.#showCursor();
  }

  dispose(): void {
    this.abandon();
    this.#abort.abort();
  }

  #down(event: PointerEvent): void {
    this.#options.onPointer();
    if (this.#gesture !== null || this.#options.scene.image === null) return;
    this.#takeFocus();
    this.#countPress(event);
    this.#gesture = this.#gestureOf(event);
    if (this.#gesture === null) return;
    event.preventDefault();
    this.#pane.setPointerCapture(event.pointerId);
    const pointer = this.#pointerOf(event);
    if (this.#gesture.kind === 'tool') this.#pressTool(pointer);
    else this.#last = pointer;
    this.#showCursor();
  }

  #pressTool(pointer: ToolPointer): void {
    this.#last = pointer;
    setHeld({ now: heldKeys(pointer), pressed: heldKeys(pointer) });
    this.#options.tool().press?.(pointer);
  }

  #moveTool(pointer: ToolPointer): void {
    this.#last = pointer;
    setHeld({ ...useCanvas.getState().held, now: heldKeys(pointer) });
    if (this.#gesture === null) this.#options.tool().hover?.(pointer);
    else if (this.#gesture.kind === 'tool') this.#options.tool().drag?.(pointer);
    this.#options.onCursor(pointer);
  }

  #releaseTool(pointer: ToolPointer): void {
    this.#gesture = null;
    this.#last = pointer;
    setHeld({ now: heldKeys(pointer), pressed: null });
    this.#options.tool().release?.(pointer);
  }

  #gestureOf(event: PointerEvent): Gesture | null {
    const screen = this.#screenOf(event);
    const isPan =
      event.button === 1 ||
      (event.button === 0 && (useCanvas.getState().isPanning || this.#options.isPanTool()));
    if (isPan) return { kind: 'pan', last: screen };
    if (event.button === 2 && event.altKey)
      return { kind: 'resize', start: screen, size: useCanvas.getState().brush.size };
    return event.button === 0 ? { kind: 'tool', by: 'pointer' } : null;
  }

  #move(event: PointerEvent): void {
    const { scene } = this.#options;
    if (scene.image === null) return;
    if (hasMoved(event)) this.#options.onPointer();
    else if (isPenInHand()) return;
    const pointer = this.#pointerOf(event);
    const gesture = this.#gesture;
    if (gesture === null || gesture.kind === 'tool') this.#moveTool(pointer);
    else {
      this.#last = pointer;
      this.#dragView(gesture, pointer);
      this.#options.onCursor(pointer);
    }
    this.#showCursor();
  }

  #dragView(gesture: Exclude<Gesture, { kind: 'tool' }>, pointer: ToolPointer): void {
    const { scene } = this.#options;
    if (gesture.kind === 'pan') {
      const by = screenPoint({
        x: pointer.screen.x - gesture.last.x,
        y: pointer.screen.y - gesture.last.y,
      });
      gesture.last = pointer.screen;
      scene.moveCamera(panBy(scene.camera, by, scene.sight));
    } else {
      const wider = (pointer.screen.x - gesture.start.x) / scene.camera.zoom;
      setBrushSize(gesture.size + 2 * wider);
      scene.redrawOverlay();
    }
  }

  #up(event: PointerEvent): void {
    const gesture = this.#gesture;
    if (gesture === null || (gesture.kind === 'tool' && gesture.by === 'keys')) return;
    this.#pane.releasePointerCapture(event.pointerId);
    const pointer = this.#pointerOf(event);
    if (gesture.kind === 'tool') this.#releaseTool(pointer);
    else {
      this.#gesture = null;
      this.#last = pointer;
    }
    this.#showCursor();
  }

  #out(event: PointerEvent): void {
    const isStillInside = event.relatedTarget instanceof Node && this.#pane.contains(event.relatedTarget);
    if (isStillInside || this.#gesture !== null || isPenInHand()) return;
    this.#last = null;
    setHeld({ now: nothingHeld, pressed: null });
    this.#options.tool().hover?.(null);
    this.#options.onCursor(null);
  }

  #wheel(event: WheelEvent): void {
    const { scene } = this.#options;
    if (scene.image === null) return;
    event.preventDefault();
    const move = wheelMove(event, useStudio.getState().settings.wheel);
    if (move.kind === 'pan') scene.moveCamera(panBy(scene.camera, move.by, scene.sight));
    else {
      const zoom =
        move.factor === null ? stepZoom(scene.camera.zoom, move.direction) : scene.camera.zoom * move.factor;
      scene.moveCamera(zoomAt(scene.camera, { zoom, at: this.#screenOf(event) }, scene.sight));
    }
    if (this.#last !== null && this.#gesture === null && !isPenInHand())
      this.#options.tool().hover?.(this.#pointerFrom(event, this.#last));
  }

  /** Space pans while it is held, unless it belongs to a control the keyboard is on. Alt changes what a brush does. */
  #key(event: KeyboardEvent, isDown: boolean): void {
    if (event.key === 'Alt' || event.key === 'Shift')
      this.#holds({ shift: event.shiftKey, alt: event.altKey });
    if (event.code !== 'Space') return;
    if (isDown && (event.repeat || isForAnother(event.target, this.#pane))) {
      if (useCanvas.getState().isPanning) event.preventDefault();
      return;
    }
    if (isDown) event.preventDefault();
    setCanvas({ isPanning: isDown });
    this.#showCursor();
  }

  /** Who goes to another window lets go of keys that this one hears nothing of. */
  #letGoOfKeys(): void {
    setCanvas({ isPanning: false });
    this.#holds(nothingHeld);
  }

  #holds(keys: HeldKeys): void {
    if (this.#last === null) return;
    setHeld({ ...useCanvas.getState().held, now: keys });
    // In the middle of a stroke the keys may belong to an action that ends it: only the pointer's own events say what was held.
    if (this.#gesture !== null) return;
    this.#last = { ...this.#last, ...keys };
    this.#options.tool().hover?.(this.#last);
  }

  #showCursor(): void {
    this.#pane.style.cursor = this.#cursor();
  }

  #cursor(): string {
    if (this.#options.scene.image === null) return 'default';
    if (this.#gesture?.kind === 'pan') return 'grabbing';
    if (useCanvas.getState().isPanning) return 'grab';
    return this.#options.tool().cursor(this.#last);
  }

  /** Chromium takes the pointer away when a second button goes up in the middle of a stroke: the hand that draws is still down. */
  #captureLost(event: PointerEvent): void {
    if (this.#gesture === null || (this.#gesture.kind === 'tool' && this.#gesture.by === 'keys')) return;
    if ((event.buttons & (primaryButton | middleButton)) === 0) {
      this.letGo();
      this.#gesture = null;
      return;
    }
    try {
      this.#pane.setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone: what was drawn stands as far as it went.
      this.letGo();
    }
  }

  #pointerOf(event: PointerEvent): ToolPointer {
    const camera = this.#options.scene.camera;
    const steps = event.type === 'pointermove' ? event.getCoalescedEvents() : [];
    const path = (steps.length === 0 ? [event] : steps).map((step) => toImage(this.#screenOf(step), camera));
    return { ...this.#placed(this.#screenOf(event), camera, event), path, clicks: this.#press?.count ?? 0 };
  }

  #countPress(event: PointerEvent): void {
    const at = this.#screenOf(event);
    const before = this.#press;
    const isAgain =
      before !== null &&
      event.timeStamp - before.time < doubleClickMs &&
      Math.hypot(at.x - before.at.x, at.y - before.at.y) < doubleClickDistance;
    this.#press = { at, time: event.timeStamp, count: isAgain ? before.count + 1 : 1 };
  }

  /** The picture's own menu opens by itself (panels/canvas); not in the middle of something, nor where Alt and the button size the brush. */
  #menu(event: MouseEvent): void {
    const isBusy = this.#gesture !== null || event.altKey || useCanvas.getState().hasDraft;
    if (isBusy || this.#options.scene.image === null) event.preventDefault();
  }

  /** The focus ring is for those who come by the keyboard. */
  #takeFocus(): void {
    this.#pane.dataset['byPointer'] = '';
    this.#pane.focus({ preventScroll: true });
  }

  #pointerFrom(event: WheelEvent, last: ToolPointer): ToolPointer {
    return { ...last, ...this.#placed(this.#screenOf(event), this.#options.scene.camera, event) };
  }

  #placed(
    screen: ScreenPoint,
    camera: Camera,
    event: {
      readonly shiftKey: boolean;
      readonly altKey: boolean;
      readonly ctrlKey: boolean;
      readonly metaKey: boolean;
    },
  ): { readonly screen: ScreenPoint; readonly point: ImagePoint } & Modifiers {
    return {
      screen,
      point: toImage(screen, camera),
      shift: event.shiftKey,
      alt: event.altKey,
      mod: event.ctrlKey || event.metaKey,
    };
  }

  #screenOf(event: { readonly clientX: number; readonly clientY: number }): ScreenPoint {
    const bounds = this.#pane.getBoundingClientRect();
    return screenPoint({ x: event.clientX - bounds.left, y: event.clientY - bounds.top });
  }
}

function heldKeys({ shift, alt }: HeldKeys): HeldKeys {
  return { shift, alt };
}

/** While someone draws with the keys, the mouse that lies still says nothing. */
function isPenInHand(): boolean {
  return useCanvas.getState().pen !== null;
}

/** The browser also sends a move when only what lies under the pointer has changed. */
function hasMoved(event: PointerEvent): boolean {
  return event.movementX !== 0 || event.movementY !== 0;
}

/** A text field, or a control that got the focus by the keyboard, keeps its own Space. */
function isForAnother(target: EventTarget | null, pane: HTMLElement): boolean {
  if (!(target instanceof HTMLElement) || target === document.body || pane.contains(target)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)
    return true;
  return target.matches(':focus-visible');
}
