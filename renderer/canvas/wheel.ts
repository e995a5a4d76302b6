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

/**
 * What the wheel does by itself is the person's choice (`plain`), Ctrl does the other; Shift turns the wheel sideways. A pinch arrives as small
 * steps with Ctrl and always zooms.
 */
export function wheelMove(
  event: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
  plain: 'zoom' | 'pan',
): WheelMove {
  const unit = event.deltaMode === 1 ? pixelsPerLine : event.deltaMode === 2 ? pixelsPerPage : 1;
  const dx = event.deltaX * unit;
  const dy = event.deltaY * unit;
  const isClick = event.deltaMode !== 0 || Math.abs(dy) >= clickPixels;
  const isHeld = event.ctrlKey || event.metaKey;
  const isPinch = isHeld && !isClick;
  // Two fingers going sideways too mean moving, whatever a wheel does.
  const isSwipe = !isHeld && !isClick && dx !== 0;
  if (isPinch || (!isSwipe && !event.shiftKey && isHeld === (plain === 'pan'))) {
    return {
      kind: 'zoom',
      factor: isClick ? null : Math.exp(-dy * pinchStrength),
      direction: dy < 0 ? 1 : -1,
    };
  }
  if (event.shiftKey && dx === 0) return { kind: 'pan', by: screenPoint({ x: -dy, y: 0 }) };
  return { kind: 'pan', by: screenPoint({ x: -dx, y: -dy }) };
}
