import type { Effect } from './mask-edit.ts';
import type { Modifiers } from './tool.ts';
import type { Workbench } from './workbench.ts';

/**
 * What a drawn shape does: Alt takes away; Shift does the other of adding and making a new target than the tool options say. Shapes
 * make new targets unless the person chose otherwise, so that the one drawn before is never changed by accident.
 */
export function shapeEffect(workbench: Workbench, modifiers: Modifiers): Effect | 'new' {
  if (modifiers.alt) return 'subtract';
  const { combine } = workbench.options();
  if (modifiers.shift) return combine === 'new' ? 'add' : 'new';
  return combine;
}

/** A key means the shape when it is held as the drawing begins or as it ends: hands let go of keys and buttons in either order. */
export function heldInEither(began: Modifiers, ended: Modifiers): Modifiers {
  return {
    shift: began.shift || ended.shift,
    alt: began.alt || ended.alt,
    mod: began.mod || ended.mod,
  };
}
