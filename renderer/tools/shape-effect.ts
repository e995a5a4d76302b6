import type { Effect } from './mask-edit.ts';
import type { Modifiers } from './tool.ts';
import type { Workbench } from './workbench.ts';

/** What a drawn shape does: Alt takes away, Shift makes a new target, else what the tool options say. */
export function shapeEffect(workbench: Workbench, modifiers: Modifiers): Effect | 'new' {
  if (modifiers.alt) return 'subtract';
  if (modifiers.shift) return 'new';
  return workbench.options().combine;
}
