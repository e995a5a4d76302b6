/** CSS pixels of the window. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export type Side = 'top' | 'right' | 'bottom' | 'left';

/** Between a control and its tooltip. */
export const tooltipGap = 6;
/** Between a tooltip and the window's border. */
const windowMargin = 8;
const opposite: Readonly<Record<Side, Side>> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' };

/** Top left corner of the tooltip: centred on the wanted side of the control, on the other side where there is no room. */
export function placeTooltip(wanted: {
  readonly trigger: Rectangle;
  readonly tooltip: { readonly width: number; readonly height: number };
  readonly side: Side;
  readonly window: { readonly width: number; readonly height: number };
}): { readonly left: number; readonly top: number } {
  const { side, tooltip, window } = wanted;
  const other = opposite[side];
  const chosen = roomAt(side, wanted) < 0 && roomAt(other, wanted) > roomAt(side, wanted) ? other : side;
  const { left, top } = beside(chosen, wanted.trigger, tooltip);
  const clamp = (at: number, length: number, limit: number): number =>
    Math.round(Math.max(windowMargin, Math.min(at, limit - windowMargin - length)));
  return {
    left: clamp(left, tooltip.width, window.width),
    top: clamp(top, tooltip.height, window.height),
  };
}

/** What is left over on that side; negative when the tooltip does not fit. */
function roomAt(side: Side, { trigger, tooltip, window }: Parameters<typeof placeTooltip>[0]): number {
  const room = {
    top: trigger.top - tooltip.height,
    bottom: window.height - trigger.top - trigger.height - tooltip.height,
    left: trigger.left - tooltip.width,
    right: window.width - trigger.left - trigger.width - tooltip.width,
  }[side];
  return room - tooltipGap - windowMargin;
}

function beside(
  side: Side,
  trigger: Rectangle,
  tooltip: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } {
  const middleX = trigger.left + (trigger.width - tooltip.width) / 2;
  const middleY = trigger.top + (trigger.height - tooltip.height) / 2;
  switch (side) {
    case 'top':
      return { left: middleX, top: trigger.top - tooltipGap - tooltip.height };
    case 'bottom':
      return { left: middleX, top: trigger.top + trigger.height + tooltipGap };
    case 'left':
      return { left: trigger.left - tooltipGap - tooltip.width, top: middleY };
    case 'right':
      return { left: trigger.left + trigger.width + tooltipGap, top: middleY };
  }
}
