import { useCanvas } from '../store/canvas-session.ts';
import { currentCanvas } from '../canvas/current-canvas.ts';
import { drawsWithPen } from '../canvas/keyboard-pen.ts';
import type { Studio } from '../store/studio.ts';
import type { Modifiers } from '../tools/tool.ts';
import { isCanvasFocused } from './canvas-focus.ts';
import { type Action, defineAction } from './registry.ts';

const canDraw = (state: Studio): boolean =>
  state.view.imageId !== null && drawsWithPen(state.view.tool) && isCanvasFocused();
const isPenShown = (): boolean => useCanvas.getState().pen !== null;
const isPenDown = (): boolean => useCanvas.getState().pen?.isDown ?? false;

/** Steps of Shift and an arrow. */
const farSteps = 10;

const directions = [
  { title: 'left', key: 'arrowleft', by: { x: -1, y: 0 } },
  { title: 'right', key: 'arrowright', by: { x: 1, y: 0 } },
  { title: 'up', key: 'arrowup', by: { x: 0, y: -1 } },
  { title: 'down', key: 'arrowdown', by: { x: 0, y: 1 } },
] as const;

function stepActions(steps: number): readonly Action[] {
  const isFar = steps > 1;
  return directions.map(({ title, key, by }) =>
    defineAction({
      id: `pen.${isFar ? 'far-' : ''}${title}`,
      title: `Pen ${isFar ? 'far ' : ''}${title}`,
      group: 'Drawing by keyboard',
      keys: [isFar ? `shift+${key}` : key],
      when: canDraw,
      run: () => currentCanvas()?.pen.step({ x: by.x * steps, y: by.y * steps }),
    }),
  );
}

function pressAction(action: {
  readonly id: string;
  readonly title: string;
  readonly key: string;
  readonly modifiers: Partial<Modifiers>;
}): Action {
  return defineAction({
    id: action.id,
    title: action.title,
    group: 'Drawing by keyboard',
    keys: [action.key],
    // With the mouse over a draft Enter applies it; it is the pen's once the pen was taken up.
    when: (state) => canDraw(state) && (isPenShown() || !useCanvas.getState().hasDraft),
    run: () => currentCanvas()?.pen.press(action.modifiers),
  });
}

/** Drawing without a mouse. Register these before the tools' own keys and before what moves masks by the arrows. */
export const penActions: readonly Action[] = [
  pressAction({ id: 'pen.press', title: 'Pen down, up, or set a point', key: 'enter', modifiers: {} }),
  pressAction({
    id: 'pen.press-subtract',
    title: 'Pen down, taking away',
    key: 'alt+enter',
    modifiers: { alt: true },
  }),
  pressAction({
    id: 'pen.press-new',
    title: 'Pen down, adding instead of a new target, or the other way round',
    key: 'shift+enter',
    modifiers: { shift: true },
  }),
  defineAction({
    id: 'pen.escape',
    title: 'Drop what the pen draws, or put it away',
    group: 'Drawing by keyboard',
    keys: ['escape'],
    when: () => isPenDown() || (isPenShown() && !useCanvas.getState().hasDraft),
    run: () => currentCanvas()?.pen.escape(),
  }),
  ...stepActions(1),
  ...stepActions(farSteps),
];
