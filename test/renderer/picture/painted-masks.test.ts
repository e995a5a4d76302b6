import { expect, test } from 'vitest';
import { imagePoint } from '../../../electron/common/geometry.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { layersOf, sceneMasks } from '../../../renderer/picture/painted-masks.ts';
import { anAnnotationId } from '../../helpers/records.ts';
import { aTargetOf } from '../../helpers/test-workbench.ts';

const size = { width: 40, height: 40 };
const targets = ['one', 'two', 'three', 'four'].map((id, order) =>
  aTargetOf(id, boxRuns([order * 10, 0, 8, 8], size), { order }),
);
const boxesOf = (masks: readonly { readonly box: readonly number[] }[]): readonly (number | undefined)[] =>
  masks.map(({ box }) => box[0]);
const move = { kind: 'move', by: imagePoint({ x: 3, y: 0 }) } as const;

function selecting(...ids: string[]) {
  return sceneMasks({
    annotations: targets,
    selection: ids.map(anAnnotationId),
    hovered: null,
    previews: new Map(),
    streamed: [],
    hasPatterns: false,
    colourOf: ({ colour }) => colour,
  });
}

test('while several are moved all of them follow the hand, the others stand, each in its order', () => {
  const masks = selecting('three', 'one');
  const { standing, followed } = layersOf(masks, move);
  expect([boxesOf(standing), boxesOf(followed)]).toEqual([
    [10, 30],
    [20, 0],
  ]);
  // The next step of the same move draws the same lists: nothing that stands is drawn again.
  expect(layersOf(masks, { ...move, by: imagePoint({ x: 9, y: 2 }) })).toBe(layersOf(masks, move));
});

test('before and after a move only the active one lies above the others', () => {
  const masks = selecting('three', 'one');
  const { standing, followed } = layersOf(masks, null);
  expect([standing, boxesOf(followed)]).toEqual([masks.committed, [0]]);
});

test('moving one leaves the others’ list as it is', () => {
  const masks = selecting('two');
  expect(layersOf(masks, move).standing).toBe(masks.committed);
  expect(boxesOf(layersOf(masks, move).followed)).toEqual([10]);
  expect(layersOf(selecting(), move).followed).toEqual([]);
});
