import type { ImagePoint, ScreenPoint } from '../../electron/common/geometry.ts';
import type { OverlayPainter } from '../picture/draw-tiles.ts';

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  /** Ctrl, or Cmd on a Mac. */
  readonly mod: boolean;
}

/** Nothing is held. */
export const noModifiers: Modifiers = { shift: false, alt: false, mod: false };

/** The pointer over the picture. Points may lie outside the image. */
export interface ToolPointer extends Modifiers {
  readonly point: ImagePoint;
  readonly screen: ScreenPoint;
  /** Where it went since the last event, oldest first, `point` last: fast strokes stay smooth. */
  readonly path: readonly ImagePoint[];
  /** 2 in a double click. */
  readonly clicks: number;
}

/**
 * One way of using the pointer. All parts are optional except the cursor: a tool does what it has a part for.
 * `press`, `drag` and `release` follow each other; `abandon` comes instead of `release` when the press is
 * taken away (Escape, another tool, a lost pointer).
 */
export interface Tool {
  readonly cursor: (pointer: ToolPointer | null) => string;
  readonly press?: (pointer: ToolPointer) => void;
  readonly drag?: (pointer: ToolPointer) => void;
  readonly release?: (pointer: ToolPointer) => void;
  readonly abandon?: () => void;
  /** Moving without a button; null when the pointer left the pane. */
  readonly hover?: (pointer: ToolPointer | null) => void;
  /** Enter: what was prepared becomes part of the document. Shift and Alt mean with it what they mean with the pointer. */
  readonly apply?: (modifiers?: Modifiers) => void;
  /** Escape: what was prepared is dropped. */
  readonly drop?: () => void;
  /** Backspace: the last point is taken back. */
  readonly stepBack?: () => void;
  /**
   * Another tool is taken, or another image shown. Where something is drafted, the tool falls silent, says true and is taken up again with the same
   * tool and image, `takeUp`; else it is dropped.
   */
  readonly putDown?: () => boolean;
  /** Shows what was drafted before it was put down. */
  readonly takeUp?: () => void;
  readonly paint?: OverlayPainter;
  /** The selection, the image or the document changed under the tool. */
  readonly refresh?: () => void;
}
