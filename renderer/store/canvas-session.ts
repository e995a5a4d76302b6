import { create } from 'zustand';
import { subscribeWithSelector } from 'zustand/middleware';
import type { ImagePoint } from '../../electron/common/geometry.ts';

/** What the canvas knows beside the document and the view: tool options and what is held down. Never saved. */
export interface CanvasSession {
  readonly brush: BrushOptions;
  /** What a drawn shape does to the active target. */
  readonly combine: 'add' | 'subtract' | 'new';
  /** Painting leaves the pixels of other targets alone. */
  readonly sparesOthers: boolean;
  /** Settings that only one tool knows, by the option's id (renderer/tools/tool-option.ts). */
  readonly own: Readonly<Record<string, number | boolean>>;
  readonly pixelGrid: boolean;
  /** How the picture is shown: brightness and contrast -100..100, gamma 0.2..5 (renderer/picture/tones.ts). */
  readonly tones: { readonly brightness: number; readonly contrast: number; readonly gamma: number };
  /** Assistance on its way: what it does and how to stop it. */
  readonly assistance: { readonly label: string; readonly cancel: () => void } | null;
  /** What to do next or why something was refused; shown under the tool options. */
  readonly hint: string | null;
  /** True while the clean-up panel is open. */
  readonly isCleaningUp: boolean;
  /** True while a tool holds something that Enter applies and Escape drops. */
  readonly hasDraft: boolean;
  /** True when the shown image's file cannot be read. */
  readonly isImageUnreadable: boolean;
  /** The pen of those who draw with the keys; null while nobody does. */
  readonly pen: PenState | null;
  /** True while Space is held: dragging pans whatever the tool. */
  readonly isPanning: boolean;
  /** Keys that are held over the picture, and those that were when the button went down; null while none is down. */
  readonly held: { readonly now: HeldKeys; readonly pressed: HeldKeys | null };
}

/** Of the keys that change what a stroke does. */
export interface HeldKeys {
  readonly shift: boolean;
  readonly alt: boolean;
}

/**
 * The pointer of those who draw with the keys: arrows move it, Enter presses and lets go. It hands the tools the same
 * presses and drags that a mouse gives, so every tool works the same with both.
 */
export interface PenState {
  /** Image point; whole numbers: pixel (x, y) for a brush, its top left corner for an outline. */
  readonly at: ImagePoint;
  readonly isDown: boolean;
  /** What it did last, for the screen reader. */
  readonly said: string;
}

export interface BrushOptions {
  readonly shape: 'round' | 'square';
  /** Diameter or side, image pixels. */
  readonly size: number;
}

export const brushLimits = { smallest: 1, largest: 2_000 } as const;

export const initialCanvasSession: CanvasSession = {
  brush: { shape: 'round', size: 24 },
  combine: 'new',
  sparesOthers: false,
  own: {},
  pixelGrid: true,
  tones: { brightness: 0, contrast: 0, gamma: 1 },
  assistance: null,
  hint: null,
  isCleaningUp: false,
  hasDraft: false,
  isImageUnreadable: false,
  pen: null,
  isPanning: false,
  held: { now: { shift: false, alt: false }, pressed: null },
};

export const useCanvas = create<CanvasSession>()(subscribeWithSelector(() => initialCanvasSession));

export function setCanvas(part: Partial<CanvasSession>): void {
  useCanvas.setState(part);
}

/** A whole size within the limits. */
export function clampedBrushSize(size: number): number {
  return Math.round(Math.min(brushLimits.largest, Math.max(brushLimits.smallest, size)));
}

export function setBrushSize(size: number): void {
  useCanvas.setState((state) => ({ brush: { ...state.brush, size: clampedBrushSize(size) } }));
}

/** The next size of the `[` and `]` keys: by one pixel while small, by a tenth when large. */
export function steppedBrushSize(size: number, direction: 1 | -1): number {
  return size + direction * Math.max(1, Math.round(size / 10));
}

/** Many events say the same: the session changes only with what is held. */
export function setHeld(held: CanvasSession['held']): void {
  const isSame = (a: HeldKeys | null, b: HeldKeys | null): boolean =>
    a === b || (a !== null && b !== null && a.shift === b.shift && a.alt === b.alt);
  const before = useCanvas.getState().held;
  if (!isSame(before.now, held.now) || !isSame(before.pressed, held.pressed)) useCanvas.setState({ held });
}

export function showHint(hint: string | null): void {
  if (useCanvas.getState().hint !== hint) useCanvas.setState({ hint });
}
