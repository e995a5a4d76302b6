import { expect, test } from 'vitest';
import { highestOrder, nextOrder } from '../../../../electron/common/document/order.ts';

test('the highest order of more masks than a call takes arguments is found', () => {
  const masks = Array.from({ length: 154_841 }, (_, index) => ({ order: index % 1000 }));
  expect([highestOrder(masks), nextOrder(masks)]).toEqual([999, 1000]);
});

test('where nothing lies the first place is 1, also after places below 0', () => {
  expect([highestOrder([]), nextOrder([]), nextOrder([{ order: -7 }])]).toEqual([0, 1, 1]);
});
