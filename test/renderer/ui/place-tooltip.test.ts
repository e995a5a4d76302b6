import { expect, test } from 'vitest';
import { type Side, placeTooltip } from '../../../renderer/ui/place-tooltip.ts';

const window = { width: 1000, height: 700 };
const tooltip = { width: 100, height: 24 };
const at = (left: number, top: number, side: Side) =>
  placeTooltip({ trigger: { left, top, width: 30, height: 20 }, tooltip, side, window });

test('a tooltip stands centred beside its control, a gap away', () => {
  expect(at(400, 300, 'bottom')).toEqual({ left: 365, top: 326 });
  expect(at(400, 300, 'top')).toEqual({ left: 365, top: 270 });
  expect(at(400, 300, 'left')).toEqual({ left: 294, top: 298 });
  expect(at(400, 300, 'right')).toEqual({ left: 436, top: 298 });
});

test('where there is no room it takes the other side, and never leaves the window', () => {
  expect(at(400, 670, 'bottom').top).toBe(640);
  expect(at(400, 4, 'top').top).toBe(30);
  expect(at(20, 300, 'left').left).toBe(56);
  expect(at(960, 300, 'right').left).toBe(854);
  expect(at(0, 300, 'bottom').left).toBe(8);
  expect(at(970, 300, 'bottom').left).toBe(892);
});

test('in a window too small for it on either side it keeps the wanted one', () => {
  const small = { width: 200, height: 40 };
  const place = placeTooltip({
    trigger: { left: 50, top: 10, width: 30, height: 20 },
    tooltip,
    side: 'bottom',
    window: small,
  });
  expect(place).toEqual({ left: 15, top: 8 });
});
