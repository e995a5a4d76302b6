import { WandSparkles } from 'lucide-react';
import type { ImageRecord } from '../../electron/common/document/records.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { type ImagePoint, pixelAt } from '../../electron/common/geometry.ts';
import { type ShapeGoal, applyShape, shapeGoal } from './apply-shape.ts';
import { ColourCache, isCutBy, windowAround, windowSides } from './colour-window.ts';
import { LatestWins } from './latest-wins.ts';
import { shapeEffect } from './shape-effect.ts';
import { showProposal } from './shape-proposal.ts';
import { finishing } from './finishing.ts';
import type { Tool, ToolPointer } from './tool.ts';
import type { Workbench } from './workbench.ts';
import { combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';
import { ownFlag, ownNumber } from './tool-option.ts';

/** CSS pixels of dragging for one step of tolerance. */
const pixelsPerStep = 3;

interface Wave {
  readonly goal: ShapeGoal;
  readonly seed: ImagePoint;
  readonly startX: number;
  readonly tolerance: number;
  /** Finds the pixels anew with each tolerance, until the button is released. */
  readonly preview: LatestWins<null>;
  result: Runs | null;
  isOver: boolean;
}

export const wandTolerance = ownNumber({
  id: 'wand.tolerance',
  label: 'Tolerance',
  short: 'Tolerance',
  initial: 24,
  minimum: 0,
  maximum: 255,
  step: 1,
  unit: '',
  scale: 'linear',
  control: 'slider',
});
const connectedOnly = ownFlag({
  id: 'wand.connected-only',
  label: 'Connected only',
  short: 'Connected',
  initial: true,
});

export const wandDescription = describeTool({
  id: 'wand',
  title: 'Magic wand',
  key: 'w',
  icon: WandSparkles,
  group: 'assist',
  pen: { kind: 'click', done: 'Selecting by colour', isBetweenPixels: false },
  options: [combine, wandTolerance, connectedOnly, sparesOthers],
  create: wandTool,
});

/**
 * Click a colour to take the pixels that look like it and hang together; dragging sideways before letting go
 * changes the tolerance. Nothing is committed until the button is released.
 */
export function wandTool(workbench: Workbench): Tool {
  let cache: { readonly image: ImageRecord; readonly colours: ColourCache } | null = null;
  /** Of the button that is down. Those that were let go of find their pixels on their own, whatever is done meanwhile. */
  let wave: Wave | null = null;
  let isInHand = true;

  const coloursOf = (image: ImageRecord): ColourCache => {
    if (cache?.image !== image) {
      const help = workbench.helpOn(image);
      cache = { image, colours: new ColourCache((box, signal) => help.pixels(box, signal)) };
    }
    return cache.colours;
  };

  const begin = (goal: ShapeGoal, pointer: ToolPointer): Wave => {
    const colours = coloursOf(goal.image);
    const begun: Wave = {
      goal,
      seed: pixelAt(pointer.point),
      startX: pointer.screen.x,
      tolerance: wandTolerance.read(workbench.options()),
      preview: new LatestWins<null>(
        async (_, signal) => {
          const found = await select(workbench, colours, begun, signal);
          if (begun.isOver) return;
          begun.result = found;
          if (wave === begun) showProposal(workbench, goal, found);
        },
        (thrown) => {
          end(begun);
          workbench.report('The colours could not be read', thrown);
        },
      ),
      result: null,
      isOver: false,
    };
    return begun;
  };

  /** Nothing more comes of it. */
  const end = (ended: Wave): void => {
    ended.isOver = true;
    ended.preview.cancel();
    if (wave === ended) wave = null;
    // What is shown by now may be another's.
    if (wave !== null || !isInHand) return;
    workbench.showLive(null);
    workbench.hint(null);
  };

  const finish = async (current: Wave): Promise<void> => {
    await workbench.assisted(
      { label: 'Selecting by colour', failure: 'The colours could not be read' },
      async (signal) => {
        signal.addEventListener('abort', () => end(current), { once: true });
        await current.preview.settled();
      },
    );
    if (current.isOver) return;
    end(current);
    if (current.result !== null) applyShape(workbench, current.goal, current.result, 'Wand');
  };

  const drop = (): void => {
    if (wave !== null) end(wave);
  };

  return {
    cursor: () => 'crosshair',
    press: (pointer) => {
      const image = workbench.image();
      if (image === null || wave !== null || !isInside(pixelAt(pointer.point), image)) return;
      const goal = shapeGoal(workbench, shapeEffect(workbench, pointer));
      if (goal === null) return;
      wave = begin(goal, pointer);
      workbench.hint('Drag sideways to change the tolerance; let go to take the pixels.');
      wave.preview.ask(null);
    },
    drag: (pointer) => {
      if (wave === null) return;
      const steps = Math.round((pointer.screen.x - wave.startX) / pixelsPerStep);
      const tolerance = Math.min(255, Math.max(0, wave.tolerance + steps));
      const session = workbench.options();
      if (tolerance === wandTolerance.read(session)) return;
      workbench.changeOptions(wandTolerance.write(session, tolerance));
      wave.preview.ask(null);
    },
    release: () => {
      if (wave === null) return;
      const released = wave;
      wave = null;
      finishing(finish(released));
    },
    abandon: drop,
    drop: () => {
      drop();
      cache = null;
      isInHand = false;
    },
  };
}

function isInside(point: ImagePoint, image: { readonly width: number; readonly height: number }): boolean {
  return point.x >= 0 && point.y >= 0 && point.x < image.width && point.y < image.height;
}

/** Looks at a square around the click, and at a larger one as long as what is found is cut off by it. */
async function select(
  workbench: Workbench,
  cache: ColourCache,
  { seed, goal }: Pick<Wave, 'seed' | 'goal'>,
  signal: AbortSignal,
): Promise<Runs> {
  const size = goal.image;
  const tolerance = wandTolerance.read(workbench.options());
  const contiguous = connectedOnly.read(workbench.options());
  for (const side of windowSides) {
    const window = windowAround(seed, side, size);
    const image = await cache.colours(window, signal);
    const found = await workbench.masks.run('wand', { image, seed, tolerance, contiguous, size }, signal);
    if (!isCutBy(found, image.box) || side === windowSides.at(-1)) {
      if (isCutBy(found, image.box))
        workbench.hint(`Only ${side} x ${side} pixels around the click were looked at.`);
      return found;
    }
    // Colours that do not hang together are everywhere: the person means what is in sight.
    if (!contiguous) return found;
  }
  throw new Error('The last window always returns.');
}
