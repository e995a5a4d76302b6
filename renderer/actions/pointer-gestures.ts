import type { Settings } from '../../electron/common/settings.ts';

/** What is done with the mouse and a key held, or not: part of the list of keys, though nobody can give it others. */
export interface PointerGesture {
  readonly title: string;
  /** Held meanwhile, as combinations are written; '' for none. */
  readonly held: '' | 'shift' | 'alt' | 'mod' | 'space';
  readonly gesture: string;
}

/** @param wheel what the wheel does by itself */
export function pointerGestures(wheel: Settings['wheel']): readonly PointerGesture[] {
  return [
    { title: 'Add to the selected target, where shapes make new ones', held: 'shift', gesture: 'draw' },
    { title: 'Make a new target, where shapes add', held: 'shift', gesture: 'draw' },
    { title: 'Take away from the selected target', held: 'alt', gesture: 'draw' },
    {
      title: 'Say what does not belong to it (pointing at objects, GrabCut)',
      held: 'alt',
      gesture: 'click, draw',
    },
    { title: 'Keep a rectangle square, an ellipse round', held: 'mod', gesture: 'draw' },
    { title: 'Select the target beneath', held: '', gesture: 'second click' },
    { title: 'Select the next target beneath', held: 'alt', gesture: 'click' },
    { title: 'Add to the selection, or take out of it', held: 'shift', gesture: 'click' },
    { title: 'Correct the target', held: '', gesture: 'double click' },
    { title: 'Select what lies in a rectangle', held: '', gesture: 'drag beside targets' },
    { title: 'Move the selected targets', held: '', gesture: 'drag' },
    { title: 'Take a corner away', held: 'alt', gesture: 'click' },
    { title: 'Larger or smaller brush', held: 'alt', gesture: 'right drag' },
    { title: 'Move the picture', held: 'space', gesture: 'drag' },
    { title: wheel === 'zoom' ? 'Zoom' : 'Move the picture up and down', held: '', gesture: 'wheel' },
    { title: wheel === 'zoom' ? 'Move the picture up and down' : 'Zoom', held: 'mod', gesture: 'wheel' },
    { title: 'Move the picture sideways', held: 'shift', gesture: 'wheel' },
  ];
}
