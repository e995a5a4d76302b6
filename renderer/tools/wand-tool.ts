import { WandSparkles } from 'lucide-react';
import type { Runs } from '../../electron/common/runs.ts';
import { type ImagePoint, pixelAt } from '../../electron/common/geometry.ts';
import { type ShapeGoal, applyShape, shapeGoal } from './apply-shape.ts';
import { ColourCache, isCutBy, windowAround, windowSides } from './colour-window.ts';
import { LatestWins } from './latest-wins.ts';
import { shapeEffect } from './shape-effect.ts';
import { showProposal } from './shape-proposal.ts';
import type { Tool } from './tool.ts';
import { type Workbench, imageSize } from './workbench.ts';
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
  result: Runs | null;
  isReleased: boolean;
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
  const cache = new ColourCache((box, signal) => workbench.help.pixels(box, signal));
  let wave: Wave | null = null;

  const preview = new LatestWins<Wave>(
    async (current, signal) => {
      const found = await select(workbench, cache, current, signal);
      if (wave !== current) return;
      current.result = found;
      showProposal(workbench, current.goal, found);
    },
    (thrown) => {
      end();
      workbench.report('The colours could not be read', thrown);
    },
  );

  const end = (): void => {
    wave = null;
    preview.cancel();
    workbench.showLive(null);
    workbench.hint(null);
  };

  const finish = async (current: Wave): Promise<void> => {
    await workbench.assisted(
      { label: 'Selecting by colour', failure: 'The colours could not be read' },
      async (signal) => {
        signal.addEventListener('abort', end, { once: true });
        await preview.settled();
      },
    );
    if (wave !== current) return;
    const { goal, result } = current;
    end();
    if (result !== null) applyShape(workbench, goal, result, 'Wand');
  };

  return {
    cursor: () => 'crosshair',
    press: (pointer) => {
      const image = workbench.image();
      const seed = pixelAt(pointer.point);
      if (image === null || wave !== null || !isInside(seed, image)) return;
      const goal = shapeGoal(workbench, shapeEffect(workbench, pointer));
      if (goal === null) return;
      const tolerance = wandTolerance.read(workbench.options());
      wave = { goal, seed, startX: pointer.screen.x, tolerance, result: null, isReleased: false };
      workbench.hint('Drag sideways to change the tolerance; let go to take the pixels.');
      preview.ask(wave);
    },
    drag: (pointer) => {
      if (wave === null || wave.isReleased) return;
      const steps = Math.round((pointer.screen.x - wave.startX) / pixelsPerStep);
      const tolerance = Math.min(255, Math.max(0, wave.tolerance + steps));
      const session = workbench.options();
      if (tolerance === wandTolerance.read(session)) return;
      workbench.changeOptions(wandTolerance.write(session, tolerance));
      preview.ask(wave);
    },
    release: () => {
      if (wave === null) return;
      wave.isReleased = true;
      void finish(wave);
    },
    abandon: end,
    drop: () => {
      end();
      cache.clear();
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
  wave: Wave,
  signal: AbortSignal,
): Promise<Runs> {
  const size = imageSize(workbench);
  const tolerance = wandTolerance.read(workbench.options());
  const contiguous = connectedOnly.read(workbench.options());
  for (const side of windowSides) {
    const window = windowAround(wave.seed, side, size);
    const image = await cache.colours(window, signal);
    const found = await workbench.masks.run(
      'wand',
      { image, seed: wave.seed, tolerance, contiguous, size },
      signal,
    );
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
