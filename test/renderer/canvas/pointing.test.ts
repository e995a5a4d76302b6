import { describe, expect, test } from 'vitest';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import type { AnnotationRecord } from '../../../electron/common/document/records.ts';
import { type Box, imagePoint } from '../../../electron/common/geometry.ts';
import {
  brushLimits,
  setBrushSize,
  steppedBrushSize,
  useCanvas,
} from '../../../renderer/store/canvas-session.ts';
import { nextTargetAt, targetsAt } from '../../../renderer/picture/hit-test.ts';
import { storedMask } from '../../../renderer/picture/mask-runs.ts';
import { sceneMasks } from '../../../renderer/picture/painted-masks.ts';
import { levelFor, tilesIn } from '../../../renderer/picture/tile-grid.ts';
import { wheelMove } from '../../../renderer/canvas/wheel.ts';
import { anAnnotation, anAnnotationId } from '../../helpers/records.ts';

const size = { width: 100, height: 80 };

function boxTarget(id: string, box: Box, fields: Partial<AnnotationRecord> = {}): AnnotationRecord {
  const runs = boxRuns(box, size);
  return anAnnotation({
    id: anAnnotationId(id),
    mask: storedMask(runs),
    bbox: box,
    area: box[2] * box[3],
    ...fields,
  });
}

describe('the hit test', () => {
  const low = boxTarget('low', [0, 0, 40, 40]);
  const high = boxTarget('high', [20, 20, 40, 40]);

  test('finds every target with a pixel under the pointer, topmost first', () => {
    expect(targetsAt([low, high], imagePoint({ x: 30.5, y: 30.5 }))).toEqual(['high', 'low']);
    expect(targetsAt([low, high], imagePoint({ x: 39.99, y: 5 }))).toEqual(['low']);
    expect(targetsAt([low, high], imagePoint({ x: 40, y: 5 }))).toEqual([]);
    expect(targetsAt([low, high], imagePoint({ x: -1, y: -1 }))).toEqual([]);
  });

  test('a hole in a mask is not the mask', () => {
    const ring = anAnnotation({
      id: anAnnotationId('ring'),
      mask: { size: [3, 3], counts: '0410' },
      bbox: [0, 0, 3, 3],
    });
    expect(targetsAt([ring], imagePoint({ x: 1, y: 1 }))).toEqual([]);
    expect(targetsAt([ring], imagePoint({ x: 0, y: 0 }))).toEqual(['ring']);
  });

  test('leaves out what is hidden or rejected', () => {
    expect(
      targetsAt(
        [
          { ...low, hidden: true },
          { ...high, review: 'rejected' },
        ],
        imagePoint({ x: 30, y: 30 }),
      ),
    ).toEqual([]);
  });

  test('Alt-click goes down through the pile and starts again at the top', () => {
    const hits = targetsAt([low, high], imagePoint({ x: 30, y: 30 }));
    expect(nextTargetAt(hits, null)).toBe('high');
    expect(nextTargetAt(hits, anAnnotationId('high'))).toBe('low');
    expect(nextTargetAt(hits, anAnnotationId('low'))).toBe('high');
    expect(nextTargetAt([], anAnnotationId('low'))).toBe(null);
  });
});

describe('what is drawn where', () => {
  const one = boxTarget('one', [0, 0, 10, 10], { order: 1 });
  const two = boxTarget('two', [5, 5, 10, 10], { order: 2 });
  const base = {
    annotations: [one, two],
    selection: [],
    hovered: null,
    previews: new Map(),
    streamed: [],
    hasPatterns: false,
    colourOf: ({ colour }: { readonly colour: string }) => colour,
  };

  test('the last selected target leaves the committed masks and becomes the active one', () => {
    const masks = sceneMasks({ ...base, selection: [two.id, one.id] });
    expect(masks.active).toBe(masks.selected[1]);
    expect(masks.committed.map(({ box }) => box)).toEqual([[5, 5, 10, 10]]);
  });

  test('pointing at a target leaves the list of committed masks the very same', () => {
    const before = sceneMasks(base);
    const after = sceneMasks({ ...base, hovered: one.id }, before.committed);
    expect(after.committed).toBe(before.committed);
    expect(after.hovered?.box).toEqual([0, 0, 10, 10]);
  });

  test('hidden targets are not drawn, rejected ones only while they are selected', () => {
    const annotations = [
      { ...one, hidden: true },
      { ...two, review: 'rejected' as const },
    ];
    expect(sceneMasks({ ...base, annotations }).committed).toEqual([]);
    expect(sceneMasks({ ...base, annotations, selection: [two.id] }).active?.box).toEqual([5, 5, 10, 10]);
  });

  test('a preview stands in place of the stored mask', () => {
    const other = boxTarget('x', [1, 1, 3, 3]);
    const previews = new Map([[one.id, { mask: other.mask, bbox: other.bbox, area: 9 }]]);
    expect(sceneMasks({ ...base, previews }).committed[0]?.box).toEqual([1, 1, 3, 3]);
  });

  test('a damaged mask is drawn as nothing instead of ending the picture', () => {
    const annotations = [{ ...one, mask: { size: [80, 100], counts: '\u0001' } as const }];
    expect(sceneMasks({ ...base, annotations }).committed[0]?.runs.counts.length).toBe(1);
  });

  test('masks of a running answer lie on top', () => {
    const drawn = { mask: one.mask, bbox: one.bbox, area: 100, score: 0.5 };
    const streamed = [
      { targetId: 't' as never, phrase: 'cup', phraseStart: 0, phraseEnd: 3, colour: '#ff0000', drawn },
      { targetId: 'u' as never, phrase: 'jug', phraseStart: 4, phraseEnd: 7, colour: '#00ff00', drawn: null },
    ];
    expect(sceneMasks({ ...base, streamed }).committed.at(-1)?.colour).toBe(0x0000ff);
  });
});

describe('the wheel', () => {
  const still = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false };

  test('pans, sideways with Shift, and both ways with two fingers', () => {
    expect(wheelMove({ ...still, deltaY: 30 }, 'pan')).toEqual({ kind: 'pan', by: { x: -0, y: -30 } });
    expect(wheelMove({ ...still, deltaY: 30, shiftKey: true }, 'pan')).toEqual({
      kind: 'pan',
      by: { x: -30, y: 0 },
    });
    expect(wheelMove({ ...still, deltaX: 4, deltaY: 3, deltaMode: 1 }, 'pan')).toEqual({
      kind: 'pan',
      by: { x: -64, y: -48 },
    });
  });

  test('zooms with Ctrl: by steps for a wheel, smoothly for a pinch', () => {
    expect(wheelMove({ ...still, deltaY: -120, ctrlKey: true }, 'pan')).toEqual({
      kind: 'zoom',
      factor: null,
      direction: 1,
    });
    const pinch = wheelMove({ ...still, deltaY: 5, ctrlKey: true }, 'pan');
    expect(pinch.kind === 'zoom' && pinch.factor !== null && pinch.factor < 1 && pinch.factor > 0.9).toBe(
      true,
    );
  });

  test('that zooms by itself moves the picture with Ctrl; a pinch and a swipe sideways stay what they are', () => {
    expect(wheelMove({ ...still, deltaY: -120 }, 'zoom')).toEqual({
      kind: 'zoom',
      factor: null,
      direction: 1,
    });
    expect(wheelMove({ ...still, deltaY: -120, ctrlKey: true }, 'zoom').kind).toBe('pan');
    expect(wheelMove({ ...still, deltaY: -120, shiftKey: true }, 'zoom').kind).toBe('pan');
    expect(wheelMove({ ...still, deltaY: 5, ctrlKey: true }, 'zoom').kind).toBe('zoom');
    expect(wheelMove({ ...still, deltaX: 6, deltaY: 5 }, 'zoom').kind).toBe('pan');
  });
});

test('tiles are taken from a level that is never enlarged below 100 %, and from the full image above', () => {
  const image = { width: 7680, height: 4320 };
  expect([4, 1, 0.9, 0.5, 0.49, 0.18, 0.001].map((scale) => levelFor(scale, image))).toEqual([
    0, 0, 0, 1, 1, 2, 4,
  ]);
  expect(tilesIn([0, 0, 7680, 4320], 4)).toEqual([{ level: 4, column: 0, row: 0 }]);
});

test('the brush grows by single pixels while small and faster when large, within its limits', () => {
  expect([steppedBrushSize(1, 1), steppedBrushSize(9, 1), steppedBrushSize(200, -1)]).toEqual([2, 10, 180]);
  setBrushSize(0);
  expect(useCanvas.getState().brush.size).toBe(brushLimits.smallest);
  setBrushSize(1e9);
  expect(useCanvas.getState().brush.size).toBe(brushLimits.largest);
});
