import { describe, expect, test } from 'vitest';
import { type Box, type ImagePoint, imagePoint } from '../../../electron/common/geometry.ts';
import type { RgbCrop } from '../../../electron/common/flood-fill.ts';
import { differenceOf, unionOf, unionOfAll } from '../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { areaOf, boxOf, isSameMask } from '../../../electron/common/runs.ts';
import { storedMask } from '../../../renderer/picture/mask-runs.ts';
import { isCutBy, windowAround } from '../../../renderer/tools/colour-window.ts';
import { grabCutTool } from '../../../renderer/tools/grab-cut-tool.ts';
import { LatestWins } from '../../../renderer/tools/latest-wins.ts';
import { scissorsTool } from '../../../renderer/tools/scissors-tool.ts';
import { verticesTool } from '../../../renderer/tools/vertices-tool.ts';
import { wandTolerance, wandTool } from '../../../renderer/tools/wand-tool.ts';
import type { GrabCutRequest } from '../../../renderer/tools/workbench.ts';
import { aTargetOf, aTestWorkbench, clickAt, dragThrough, pointerAt } from '../../helpers/test-workbench.ts';

const size = { width: 200, height: 120 };
const square = boxRuns([20, 20, 60, 60], size);

/** A picture of grey `background` with a lighter box in it. */
function pictureWith(light: Box, image = size) {
  const asked: Box[] = [];
  const pixels = async (box: Box): Promise<RgbCrop> => {
    asked.push(box);
    const rgb = new Uint8Array(box[2] * box[3] * 3).fill(40);
    for (let y = 0; y < box[3]; y++) {
      for (let x = 0; x < box[2]; x++) {
        const isLight =
          x + box[0] >= light[0] &&
          x + box[0] < light[0] + light[2] &&
          y + box[1] >= light[1] &&
          y + box[1] < light[1] + light[3];
        if (isLight) rgb.fill(90, 3 * (y * box[2] + x), 3 * (y * box[2] + x) + 3);
      }
    }
    return { box, rgb };
  };
  return { asked, pixels, image };
}

describe('the magic wand', () => {
  test('takes the connected pixels of the clicked colour, once the button is released', async () => {
    const picture = pictureWith([100, 30, 40, 50]);
    const bench = aTestWorkbench({
      size,
      help: picture,
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
    });
    const tool = wandTool(bench);
    tool.press?.(pointerAt(bench, [110, 40]));
    await bench.settled();
    expect([bench.state.live?.kind, bench.labels]).toEqual(['shape', []]);
    tool.release?.(pointerAt(bench, [110, 40]));
    await bench.settled();
    expect(isSameMask(bench.runs('cup'), unionOf(square, boxRuns([100, 30, 40, 50], size)))).toBe(true);
    expect(bench.state.live).toBe(null);
  });

  test('dragging sideways changes the tolerance, and the colours are not fetched again', async () => {
    const picture = pictureWith([100, 30, 40, 50]);
    const bench = aTestWorkbench({
      size,
      help: picture,
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
    });
    const tool = wandTool(bench);
    tool.press?.(pointerAt(bench, [110, 40]));
    await bench.settled();
    tool.drag?.(pointerAt(bench, [110 + 3 * 30, 40]));
    await bench.settled();
    tool.release?.(pointerAt(bench, [200, 40]));
    await bench.settled();
    expect(wandTolerance.read(bench.options())).toBe(54);
    expect(bench.record('cup').area).toBe(200 * 120);
    expect(picture.asked.length).toBe(1);
  });

  test('looks at a larger square as long as what it finds is cut off', async () => {
    const large = { width: 5000, height: 3000 };
    const picture = pictureWith([100, 100, 3000, 30], large);
    const bench = aTestWorkbench({
      size: large,
      help: picture,
      targets: [aTargetOf('cup', boxRuns([0, 0, 5, 5], large))],
      selected: ['cup'],
    });
    clickAt(wandTool(bench), bench, [200, 110]);
    for (let turn = 0; turn < 10; turn++) await bench.settled();
    expect(picture.asked.map((box) => box[2])).toEqual([1024, 2048, 4096]);
    expect(areaOf(bench.runs('cup'))).toBe(3000 * 30 + 25);
  });

  test('says when the colours cannot be read, and changes nothing', async () => {
    const pixels = (): Promise<RgbCrop> => Promise.reject(new Error('The file is gone.'));
    const bench = aTestWorkbench({
      size,
      help: { pixels },
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
    });
    clickAt(wandTool(bench), bench, [110, 40]);
    await bench.settled();
    expect([bench.labels, bench.failures, bench.state.live]).toEqual([
      [],
      ['The colours could not be read'],
      null,
    ]);
  });

  test('the square around the click lies inside the image', () => {
    expect(windowAround(imagePoint({ x: 5, y: 2990 }), 1024, { width: 5000, height: 3000 })).toEqual([
      0, 1976, 1024, 1024,
    ]);
    expect(windowAround(imagePoint({ x: 5, y: 5 }), 1024, size)).toEqual([0, 0, 200, 120]);
    expect(isCutBy(boxRuns([10, 10, 20, 20], size), [0, 0, 30, 120])).toBe(true);
    expect(isCutBy(boxRuns([0, 0, 200, 120], size), [0, 0, 200, 120])).toBe(false);
  });
});

describe('cutting out by a box', () => {
  function withGrabCut() {
    const requests: GrabCutRequest[] = [];
    const found = boxRuns([105, 35, 30, 30], size);
    const grabCut = async (request: GrabCutRequest) => {
      requests.push(request);
      return { mask: storedMask(found), bbox: boxOf(found) };
    };
    const bench = aTestWorkbench({
      size,
      help: { grabCut },
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
    });
    return { bench, requests, found };
  }

  test('proposes an object and takes it on Enter', async () => {
    const { bench, requests, found } = withGrabCut();
    const tool = grabCutTool(bench);
    dragThrough(tool, bench, [
      [100, 30],
      [260, 80],
    ]);
    await bench.settled();
    expect(requests).toEqual([{ box: [100, 30, 100, 50], inside: null, outside: null }]);
    expect([bench.state.hasDraft, bench.state.live?.kind, bench.labels]).toEqual([true, 'shape', []]);
    tool.apply?.();
    expect(isSameMask(bench.runs('cup'), unionOf(square, found))).toBe(true);
    expect([bench.state.hasDraft, bench.state.live]).toEqual([false, null]);
  });

  test('lines drawn on the proposal say what belongs to the object and, with Alt, what does not', async () => {
    const { bench, requests } = withGrabCut();
    const tool = grabCutTool(bench);
    dragThrough(tool, bench, [
      [100, 30],
      [150, 80],
    ]);
    await bench.settled();
    dragThrough(tool, bench, [
      [110, 50],
      [130, 50],
    ]);
    await bench.settled();
    dragThrough(tool, bench, [[145, 75]], { alt: true });
    await bench.settled();
    expect(requests.map(({ inside, outside }) => [inside !== null, outside !== null])).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    tool.stepBack?.();
    await bench.settled();
    expect(requests.at(-1)?.outside).toBe(null);
    tool.drop?.();
    expect([bench.labels, bench.state.live]).toEqual([[], null]);
  });

  test('a box too small to hold an object asks for a larger one', async () => {
    const { bench, requests } = withGrabCut();
    dragThrough(grabCutTool(bench), bench, [
      [100, 30],
      [105, 80],
    ]);
    await bench.settled();
    expect([requests, bench.hints.at(-1)]).toEqual([[], expect.stringMatching(/at least 8 x 8/u)]);
  });

  test('a failure leaves the pane as it was', async () => {
    const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', square)], selected: ['cup'] });
    dragThrough(grabCutTool(bench), bench, [
      [100, 30],
      [150, 80],
    ]);
    await bench.settled();
    expect([bench.failures, bench.state.hasDraft, bench.labels]).toEqual([
      ['The outline could not be found'],
      false,
      [],
    ]);
  });
});

describe('scissors', () => {
  test('join the clicks along the edges the backend finds and fill what they enclose', async () => {
    // An "edge" that goes along x first, then along y.
    const scissors = async (from: ImagePoint, to: ImagePoint) => [
      from,
      imagePoint({ x: to.x, y: from.y }),
      to,
    ];
    const bench = aTestWorkbench({
      size,
      help: { scissors },
      targets: [aTargetOf('cup', square)],
      selected: ['cup'],
    });
    const tool = scissorsTool(bench);
    clickAt(tool, bench, [100, 20]);
    clickAt(tool, bench, [150, 70]);
    await bench.settled();
    expect(bench.state.hasDraft).toBe(true);
    tool.apply?.();
    for (let turn = 0; turn < 5; turn++) await bench.settled();
    expect(bench.labels).toEqual(['Scissors cup']);
    expect(bench.record('cup').area).toBe(3600 + 50 * 50);
  });
});

describe('scissors at the speed of clicks', () => {
  test('every clicked stretch follows its edge, however late the answers come; straight lines hold its place', async () => {
    const asked: { readonly to: ImagePoint; readonly answer: () => void }[] = [];
    const scissors = (from: ImagePoint, to: ImagePoint) =>
      new Promise<readonly ImagePoint[]>((resolve) => {
        asked.push({ to, answer: () => resolve([from, imagePoint({ x: to.x, y: from.y }), to]) });
      });
    const bench = aTestWorkbench({ size, help: { scissors }, targets: [] });
    const tool = scissorsTool(bench);
    for (const at of [
      [100, 20],
      [150, 70],
      [100, 90],
    ] as const)
      clickAt(tool, bench, at);
    tool.apply?.();
    // One after the other, the closing stretch last.
    for (let round = 0; round < 3; round++) {
      await bench.settled();
      expect([bench.labels, asked.length]).toEqual([[], round + 1]);
      asked[round]?.answer();
    }
    for (let turn = 0; turn < 5; turn++) await bench.settled();
    expect(asked.map(({ to }) => [to.x, to.y])).toEqual([
      [150, 70],
      [100, 90],
      [100, 20],
    ]);
    // (100,20) (150,20) (150,70) (100,70) (100,90): the square 50 x 50; straight lines would enclose 1,750.
    expect(bench.annotations()[0]?.area).toBe(50 * 50);
  });

  test('what is discarded while edges are looked for comes to nothing', async () => {
    let answer: (points: readonly ImagePoint[]) => void = () => undefined;
    const scissors = () => new Promise<readonly ImagePoint[]>((resolve) => (answer = resolve));
    const bench = aTestWorkbench({ size, help: { scissors }, targets: [] });
    const tool = scissorsTool(bench);
    clickAt(tool, bench, [100, 20]);
    clickAt(tool, bench, [150, 70]);
    tool.apply?.();
    tool.drop?.();
    answer([imagePoint({ x: 100, y: 20 }), imagePoint({ x: 150, y: 70 })]);
    for (let turn = 0; turn < 5; turn++) await bench.settled();
    expect([bench.labels, bench.annotations(), bench.state.hasDraft]).toEqual([[], [], false]);
  });
});

describe('editing corners', () => {
  const ring = differenceOf(square, boxRuns([40, 40, 10, 10], size));
  const noisy = unionOfAll([ring, boxRuns([150, 90, 1, 1], size), boxRuns([80, 50, 1, 2], size)], size);

  test('without a change Enter commits nothing', async () => {
    const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', noisy)], selected: ['cup'] });
    const tool = verticesTool(bench);
    await bench.settled();
    tool.apply?.();
    await bench.settled();
    expect(bench.labels).toEqual([]);
  });

  test('moving one corner changes only pixels at that corner: holes and specks stay to the pixel', async () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', noisy)],
      selected: ['cup'],
      options: { own: { 'vertices.tolerance': 2 } },
    });
    const tool = verticesTool(bench);
    await bench.settled();
    dragThrough(tool, bench, [
      [20, 20],
      [10, 10],
    ]);
    expect(bench.state.hasDraft).toBe(true);
    tool.apply?.();
    await bench.settled();
    const changed = differenceOf(bench.runs('cup'), noisy);
    expect(bench.labels).toEqual(['Edit corners of cup']);
    expect(areaOf(differenceOf(noisy, bench.runs('cup')))).toBe(0);
    expect(areaOf(changed)).toBeGreaterThan(100);
    expect(areaOf(differenceOf(changed, boxRuns([10, 10, 71, 71], size)))).toBe(0);
    bench.undo();
    expect(isSameMask(bench.runs('cup'), noisy)).toBe(true);
  });

  test('dragging a side makes a corner, Alt-click removes one, Escape takes all of it back', async () => {
    const bench = aTestWorkbench({ size, targets: [aTargetOf('cup', square)], selected: ['cup'] });
    const tool = verticesTool(bench);
    await bench.settled();
    dragThrough(tool, bench, [
      [50, 20],
      [50, 5],
    ]);
    tool.apply?.();
    await bench.settled();
    expect(bench.record('cup').bbox[1]).toBe(5);
    clickAt(tool, bench, [50, 5], { alt: true });
    expect(bench.state.hasDraft).toBe(true);
    tool.drop?.();
    tool.apply?.();
    await bench.settled();
    expect(bench.labels).toEqual(['Edit corners of cup']);
  });

  test('a locked target is not opened for editing', async () => {
    const bench = aTestWorkbench({
      size,
      targets: [aTargetOf('cup', square, { locked: true })],
      selected: ['cup'],
    });
    const tool = verticesTool(bench);
    await bench.settled();
    dragThrough(tool, bench, [
      [20, 20],
      [10, 10],
    ]);
    tool.apply?.();
    await bench.settled();
    expect([bench.labels, bench.hints.at(-1)]).toEqual([[], expect.stringMatching(/locked/u)]);
  });
});

describe('following the pointer', () => {
  test('one piece of work at a time; the newest wish is answered, those in between may not be', async () => {
    const begun: number[] = [];
    const releases: (() => void)[] = [];
    const latest = new LatestWins<number>(
      async (wish) => {
        begun.push(wish);
        await new Promise<void>((resolve) => releases.push(resolve));
      },
      () => undefined,
    );
    for (const wish of [1, 2, 3, 4]) {
      latest.ask(wish);
      await Promise.resolve();
      await Promise.resolve();
    }
    const settled = latest.settled();
    releases[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
    releases[1]?.();
    await settled;
    expect(begun).toEqual([1, 4]);
  });

  test('work that has gone on for too long is cancelled by a newer wish, which is then answered', async () => {
    const ended: string[] = [];
    const latest = new LatestWins<string>(
      async (wish, signal) => {
        if (wish === 'slow')
          await new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new Error('stale'))),
          );
        ended.push(wish);
      },
      () => undefined,
      0,
    );
    latest.ask('slow');
    await Promise.resolve();
    await Promise.resolve();
    latest.ask('newest');
    await latest.settled();
    expect(ended).toEqual(['newest']);
  });

  test('what is cancelled reports no error, what fails does, and work goes on after either', async () => {
    const errors: unknown[] = [];
    const latest = new LatestWins<string>(
      async (wish, signal) => {
        if (wish === 'fail') throw new Error('no');
        if (wish === 'hang') {
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
        }
      },
      (thrown) => errors.push(thrown),
    );
    latest.ask('hang');
    await Promise.resolve();
    await Promise.resolve();
    latest.cancel();
    await latest.settled();
    latest.ask('fail');
    await latest.settled();
    latest.ask('fine');
    await latest.settled();
    expect(errors).toEqual([new Error('no')]);
  });
});
