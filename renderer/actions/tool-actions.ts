import { setBrushSize, setCanvas, steppedBrushSize, useCanvas } from '../store/canvas-session.ts';
import { currentCanvas } from '../canvas/current-canvas.ts';
import type { Studio } from '../store/studio.ts';
import { select, setTool } from '../store/view.ts';
import { makesTargets } from '../tools/makes-targets.ts';
import { allTools, toolOf } from '../tools/all-tools.ts';
import { type Modifiers, noModifiers } from '../tools/tool.ts';
import { brushSize } from '../tools/shared-options.ts';
import { type Action, defineAction } from './registry.ts';

export function toolActionId(tool: string): string {
  return `tool.${tool}`;
}

const hasImage = (state: Studio): boolean => state.view.imageId !== null;
const paints = (state: Studio): boolean => toolOf(state.view.tool).options.includes(brushSize);
const hasDraft = (): boolean => useCanvas.getState().hasDraft;

function applyAction(
  id: string,
  title: string,
  { key, modifiers }: { readonly key: string; readonly modifiers: Modifiers },
): Action {
  return defineAction({
    id,
    title,
    group: 'Tools',
    keys: [key],
    when: hasDraft,
    run: () => currentCanvas()?.runner.tool.apply?.(modifiers),
  });
}

/** Register these before the actions on targets: while something is drafted, Enter, Escape and Backspace are its keys. */
export const toolActions: readonly Action[] = [
  defineAction({
    id: 'tool.drop-stroke',
    title: 'Take back what is being drawn',
    group: 'Tools',
    keys: ['escape'],
    when: () => currentCanvas()?.stroke.isUnderWay() ?? false,
    run: () => currentCanvas()?.stroke.drop(),
  }),
  defineAction({
    id: 'tool.apply',
    title: 'Apply what the tool prepared',
    group: 'Tools',
    keys: ['enter'],
    when: hasDraft,
    run: () => currentCanvas()?.runner.tool.apply?.(),
  }),
  applyAction('tool.apply-other', 'Apply, adding instead of a new target, or the other way round', {
    key: 'shift+enter',
    modifiers: { ...noModifiers, shift: true },
  }),
  applyAction('tool.apply-away', 'Apply, taking away', {
    key: 'alt+enter',
    modifiers: { ...noModifiers, alt: true },
  }),
  defineAction({
    id: 'tool.drop',
    title: 'Discard what the tool prepared',
    group: 'Tools',
    keys: ['escape'],
    when: hasDraft,
    run: () => currentCanvas()?.runner.tool.drop?.(),
  }),
  defineAction({
    id: 'tool.step-back',
    title: 'Take back the last point',
    group: 'Tools',
    // Undo means the drafted point before it means the document.
    keys: ['backspace', 'mod+z'],
    when: () => hasDraft() && currentCanvas()?.runner.tool.stepBack !== undefined,
    run: () => currentCanvas()?.runner.tool.stepBack?.(),
  }),
  defineAction({
    id: 'tool.cancel-assistance',
    title: 'Cancel the work on the mask',
    group: 'Tools',
    keys: ['escape'],
    when: () => useCanvas.getState().assistance !== null,
    run: () => useCanvas.getState().assistance?.cancel(),
  }),
  ...allTools.map(({ id, title, key }) =>
    defineAction({
      id: toolActionId(id),
      title,
      group: 'Tools',
      keys: [key],
      when: hasImage,
      run: () => setTool(id),
    }),
  ),
  defineAction({
    id: 'tool.new-target',
    title: 'New target by hand',
    group: 'Tools',
    keys: ['n'],
    when: hasImage,
    run: ({ state }) => {
      select([]);
      setCanvas({ combine: 'new' });
      // The tool in hand is kept where it draws new ones; else the one that drew last is taken up again.
      if (!makesTargets(state.view.tool)) setTool(state.view.lastDrawn?.tool ?? 'brush');
    },
  }),
  defineAction({
    id: 'tool.smaller',
    title: 'Smaller brush',
    group: 'Tools',
    keys: ['['],
    when: paints,
    run: () => setBrushSize(steppedBrushSize(useCanvas.getState().brush.size, -1)),
  }),
  defineAction({
    id: 'tool.larger',
    title: 'Larger brush',
    group: 'Tools',
    keys: [']'],
    when: paints,
    run: () => setBrushSize(steppedBrushSize(useCanvas.getState().brush.size, 1)),
  }),
  defineAction({
    id: 'tool.brush-shape',
    title: 'Round or square brush',
    group: 'Tools',
    keys: ['shift+b'],
    when: hasImage,
    run: () => {
      const { brush } = useCanvas.getState();
      setCanvas({ brush: { ...brush, shape: brush.shape === 'round' ? 'square' : 'round' } });
    },
  }),
  defineAction({
    id: 'tool.spare-others',
    title: 'Paint over other targets, or not',
    group: 'Tools',
    keys: ['shift+o'],
    when: hasImage,
    run: () => setCanvas({ sparesOthers: !useCanvas.getState().sparesOthers }),
  }),
];
