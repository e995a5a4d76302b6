import { type ScreenPoint, screenPoint } from '../../electron/common/geometry.ts';

export type WheelMove =
  | { readonly kind: 'pan'; readonly by: ScreenPoint }
  /** A trackpad gives factors; a wheel gives clicks, which go by the fixed zoom steps (factor null). */
  | { readonly kind: 'zoom'; readonly factor: number | null; readonly direction: 1 | -1 };

const pixelsPerLine = 16;
const pixelsPerPage = 400;
/** A wheel's click is at least this far; a trackpad's pinch comes in smaller pieces. */
const clickPixels = 60;
const pinchStrength = 0.01;

/** Plain wheel and two fingers pan, Shift turns the wheel sideways, Ctrl (also what a pinch arrives as) zooms. */
export function wheelMove(
  event: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
): WheelMove {
  const unit = event.deltaMode === 1 ? pixelsPerLine : event.deltaMode === 2 ? pixelsPerPage : 1;
  const dx = event.deltaX * unit;
  const dy = event.deltaY * unit;
  if (event.ctrlKey || event.metaKey) {
    const isClick = event.deltaMode !== 0 || Math.abs(dy) >= clickPixels;
    return {
      kind: 'zoom',
      factor: isClick ? null : Math.exp(-dy * pinchStrength),
      direction: dy < 0 ? 1 : -1,
    };
  }
  if (event.shiftKey && dx === 0) return { kind: 'pan', by: screenPoint({ x: -dy, y: 0 }) };
  return { kind: 'pan', by: screenPoint({ x: -dx, y: -dy }) };
}
