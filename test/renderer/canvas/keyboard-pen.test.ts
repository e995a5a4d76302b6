import { describe, expect, test } from 'vitest';
import { differenceOf, unionOf } from '../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { areaOf, isSameMask } from '../../../electron/common/runs.ts';
import {
  type Camera,
  type ImagePoint,
  imagePoint,
  screenPoint,
  screenSize,
} from '../../../electron/common/geometry.ts';
import { type PenState, initialCanvasSession } from '../../../renderer/store/canvas-session.ts';
import { KeyboardPen, penWords } from '../../../renderer/canvas/keyboard-pen.ts';
import { type ToolId, toolOf } from '../../../renderer/tools/all-tools.ts';
import { aTargetOf, aTestWorkbench, dragThrough } from '../../helpers/test-workbench.ts';

const size = { width: 200, height: 120 };
const square = boxRuns([20, 20, 60, 60], size);

/** A pen over a real tool; the hand does with presses what the pane does with those of a mouse. */
function aPen(given: {
  readonly tool: ToolId;
  readonly zoom?: number;
  readonly at?: ImagePoint;
  readonly brush?: number;
}) {
  const bench = aTestWorkbench({
    size,
    targets: [aTargetOf('cup', differenceOf(square, boxRuns([40, 40, 10, 10], size)))],
    selected: ['cup'],
    options: { brush: { shape: 'round', size: given.brush ?? 6 } },
  });
  const tool = toolOf(given.tool).create(bench);
  let held: ToolId = given.tool;
  let isPressed = false;
  let pen: PenState | null = null;
  let camera: Camera = { zoom: given.zoom ?? 1, pan: screenPoint({ x: 0, y: 0 }) };
  const keyboardPen = new KeyboardPen({
    hand: {
      press: (pointer) => {
        if (isPressed) return false;
        isPressed = true;
        tool.press?.(pointer);
        return true;
      },
      move: (pointer) => (isPressed ? tool.drag?.(pointer) : tool.hover?.(pointer)),
      release: (pointer) => {
        isPressed = false;
        tool.release?.(pointer);
      },
      abandon: () => {
        isPressed = false;
        tool.abandon?.();
      },
    },
    tool: () => held,
    sight: () => ({ image: size, pane: screenSize({ width: 160, height: 100 }) }),
    camera: () => camera,
    moveCamera: (moved) => {
      camera = moved;
    },
    pointer: () => given.at ?? null,
    session: () => ({ ...initialCanvasSession, pen }),
    show: (shown) => {
      pen = shown;
    },
  });
  return {
    bench,
    pen: keyboardPen,
    state: () => pen,
    camera: () => camera,
    take: (next: ToolId) => {
      held = next;
    },
  };
}

describe('drawing with the keys', () => {
  test('a stroke paints exactly what a mouse through the same places paints, as one step of undo', () => {
    const { pen, bench, state } = aPen({ tool: 'brush', at: imagePoint({ x: 90.7, y: 30.2 }) });
    pen.press();
    expect([state(), bench.labels]).toEqual([{ at: { x: 90, y: 30 }, isDown: false, said: 'Pen' }, []]);
    pen.press();
    for (let step = 0; step < 4; step++) pen.step({ x: 10, y: 0 });
    for (let step = 0; step < 3; step++) pen.step({ x: 0, y: 1 });
    expect(bench.state.live?.kind).toBe('stroke');
    pen.press();

    const mouse = aPen({ tool: 'brush' }).bench;
    const across = [90, 100, 110, 120, 130].map((x) => [x, 30] as const);
    dragThrough(toolOf('brush').create(mouse), mouse, [...across, [130, 31], [130, 32], [130, 33]]);
    expect(isSameMask(bench.runs('cup'), mouse.runs('cup'))).toBe(true);
    expect([bench.labels, state()?.isDown]).toEqual([['Paint cup'], false]);
  });

  test('Alt takes away and Shift makes a new target, as with the mouse', () => {
    const erasing = aPen({ tool: 'brush', at: imagePoint({ x: 25, y: 25 }) });
    for (const modifiers of [{}, { alt: true }, {}]) erasing.pen.press(modifiers);
    expect(erasing.bench.labels).toEqual(['Erase from cup']);
    const adding = aPen({ tool: 'rectangle', at: imagePoint({ x: 100, y: 50 }) });
    adding.pen.press();
    adding.pen.press({ shift: true });
    adding.pen.step({ x: 10, y: 10 });
    adding.pen.press();
    expect(adding.bench.annotations().length).toBe(2);
  });

  test('a rectangle has its corners on the pixels that were named, up to the border of the image', () => {
    const { pen, bench, state } = aPen({ tool: 'rectangle', at: imagePoint({ x: 150, y: 90 }) });
    pen.press();
    pen.press();
    for (let far = 0; far < 9; far++) pen.step({ x: 10, y: 10 });
    expect(state()?.at).toEqual({ x: 200, y: 120 });
    pen.press();
    const expected = unionOf(
      differenceOf(square, boxRuns([40, 40, 10, 10], size)),
      boxRuns([150, 90, 50, 30], size),
    );
    expect(isSameMask(bench.runs('cup'), expected)).toBe(true);
  });

  test('a polygon takes a corner with each press, and closes with two presses in one place', async () => {
    const { pen, bench, state } = aPen({ tool: 'polygon', at: imagePoint({ x: 100, y: 20 }) });
    pen.press();
    pen.press();
    pen.step({ x: 40, y: 0 });
    pen.press();
    pen.step({ x: 0, y: 40 });
    pen.press();
    expect([state()?.said, bench.state.hasDraft]).toEqual(['Corner set', true]);
    pen.step({ x: -40, y: 0 });
    pen.press();
    pen.press();
    await bench.settled();
    expect(bench.record('cup').area).toBe(3_500 + 1_600);
    expect([bench.labels, bench.state.hasDraft]).toEqual([['Polygon cup'], false]);
  });

  test('a hole is filled where the pen stands', async () => {
    const { pen, bench } = aPen({ tool: 'fill', at: imagePoint({ x: 44, y: 44 }) });
    pen.press();
    pen.press();
    await bench.settled();
    expect(isSameMask(bench.runs('cup'), square)).toBe(true);
  });

  test('Escape drops what is being drawn, a second one puts the pen away, and nothing was committed', () => {
    const { pen, bench, state } = aPen({ tool: 'brush', at: imagePoint({ x: 150, y: 90 }) });
    pen.press();
    pen.press();
    pen.step({ x: 5, y: 0 });
    pen.escape();
    expect([state(), bench.state.live]).toEqual([
      { at: { x: 155, y: 90 }, isDown: false, said: 'Dropped' },
      null,
    ]);
    pen.escape();
    expect([state(), bench.labels]).toEqual([null, []]);
    pen.escape();
  });

  test('taking the mouse, or leaving the picture, keeps what was drawn', () => {
    const { pen, bench, state } = aPen({ tool: 'brush', at: imagePoint({ x: 150, y: 90 }) });
    pen.press();
    pen.press();
    pen.step({ x: 5, y: 0 });
    pen.putAway();
    expect([state(), bench.labels]).toEqual([null, ['Paint cup']]);
  });

  test('another tool lifts the pen, and a tool that is not drawn with puts it away', () => {
    const { pen, state, take } = aPen({ tool: 'polygon', at: imagePoint({ x: 199.9, y: 119.9 }) });
    pen.step({ x: 1, y: 1 });
    expect(state()?.at).toEqual({ x: 200, y: 120 });
    take('brush');
    pen.taken();
    expect(state()).toEqual({ at: { x: 199, y: 119 }, isDown: false, said: 'Pen' });
    take('select');
    pen.taken();
    expect(state()).toBe(null);
    pen.press();
    pen.step({ x: 1, y: 0 });
    expect(state()).toBe(null);
  });
});

describe('the pen', () => {
  test('lifted in the middle of a stroke, as before another tool is taken, leaves what it drew', () => {
    const { pen, state, bench } = aPen({ tool: 'brush', at: imagePoint({ x: 150, y: 100 }) });
    pen.press();
    pen.press();
    pen.step({ x: 10, y: 0 });
    pen.lift();
    expect([state()?.isDown, bench.labels.length]).toEqual([false, 1]);
    pen.lift();
    expect(bench.labels).toHaveLength(1);
  });

  test('starts in the middle of what is in sight and moves by pixels of the image, or of the screen where those are larger', () => {
    const near = aPen({ tool: 'brush', zoom: 4 });
    near.pen.step({ x: 1, y: 0 });
    expect(near.state()?.at).toEqual({ x: 21, y: 12 });
    const far = aPen({ tool: 'brush', zoom: 0.125, at: imagePoint({ x: 80, y: 60 }) });
    far.pen.step({ x: 0, y: -1 });
    expect(far.state()?.at).toEqual({ x: 80, y: 52 });
  });

  test('cannot leave the image, and the picture follows it', () => {
    const { pen, state, camera } = aPen({ tool: 'brush', at: imagePoint({ x: 150, y: 60 }) });
    for (let far = 0; far < 9; far++) pen.step({ x: 10, y: 0 });
    expect(state()?.at).toEqual({ x: 199, y: 60 });
    const onScreen = 199 * camera().zoom + camera().pan.x;
    expect(onScreen).toBeLessThanOrEqual(160 - 32);
    expect(areaOf(square)).toBe(3_600);
  });

  test('says what it did and where it is', () => {
    expect(penWords({ at: imagePoint({ x: 3, y: 14 }), isDown: true, said: 'Pen down' })).toBe(
      'Pen down, x 3, y 14',
    );
    expect(penWords({ at: imagePoint({ x: 3, y: 14 }), isDown: false, said: '' })).toBe('Pen, x 3, y 14');
  });
});
