import type { Action } from './registry.ts';

/** What may be done in the middle of a stroke without ending it: looking, the pen's own keys, and what is about the stroke itself. */
export function goesOnDrawing({ id }: Pick<Action, 'id'>): boolean {
  return /^(?:canvas|pen)\.|^tool\.(?:drop-stroke|drop|apply(?:-other|-away)?|step-back|smaller|larger|cancel-assistance)$/u.test(
    id,
  );
}

/**
 * What a key does again and again while it is held: steps on a way. All else is done once a press: a thumb that rests on A must not accept what nobody
 * has seen, on Enter close what was just begun.
 */
export function repeatsWhileHeld({ id }: Pick<Action, 'id'>): boolean {
  return (
    /^(?:mask\.(?:nudge-.*|grow|shrink)|pen\.(?:far-)?(?:left|right|up|down)|canvas\.zoom-(?:in|out))$/u.test(
      id,
    ) ||
    /^(?:images|targets)\.(?:next|previous)$|^targets\.(?:raise|lower)$|^edit\.(?:undo|redo)$/u.test(id) ||
    /^tool\.(?:smaller|larger|step-back)$/u.test(id)
  );
}
