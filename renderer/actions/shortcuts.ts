import { useStudio } from '../store/studio.ts';
import { isMacPlatform } from '../ui/key-names.ts';
import { currentCanvas } from '../canvas/current-canvas.ts';
import { combinationOf, keysOf } from './keys.ts';
import { type Action, allActions } from './registry.ts';
import { runAction } from './run-action.ts';
import { goesOnDrawing, repeatsWhileHeld } from './while-held.ts';

/**
 * The one listener for shortcuts. Text fields keep their keys unless the action says otherwise, and an open
 * dialog or menu keeps all of them.
 *
 * @returns a function that stops listening
 */
export function listenForShortcuts(target: Window): () => void {
  const isMac = isMacPlatform();
  const held = new Map<string, Action>();

  const down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const combination = combinationOf(event, isMac);
    if (combination === null) return;
    const action = actionFor(combination, isTyping(event.target), isInMenu(event.target));
    if (action === undefined) return;
    event.preventDefault();
    if (event.repeat && !repeatsWhileHeld(action)) return;
    // What is drawn when another tool, image or step is asked for stands as far as it went.
    if (!goesOnDrawing(action)) currentCanvas()?.stroke.letGo();
    if (runAction(action) && action.release !== undefined) held.set(event.code, action);
  };
  const up = (event: KeyboardEvent): void => {
    const action = held.get(event.code);
    held.delete(event.code);
    action?.release?.({ state: useStudio.getState() });
  };
  const blur = (): void => {
    for (const action of held.values()) action.release?.({ state: useStudio.getState() });
    held.clear();
  };

  target.addEventListener('keydown', down);
  target.addEventListener('keyup', up);
  target.addEventListener('blur', blur);
  return () => {
    target.removeEventListener('keydown', down);
    target.removeEventListener('keyup', up);
    target.removeEventListener('blur', blur);
  };
}

/** The first available action with this combination, so that one key may mean different things at different times. */
function actionFor(combination: string, isInText: boolean, isInDialog: boolean): Action | undefined {
  const state = useStudio.getState();
  if (isInDialog || state.dialog !== null || state.question !== null) return undefined;
  return allActions().find(
    (action) =>
      keysOf(action, state.settings).includes(combination) &&
      (!isInText || action.worksInText === true || isFreeInText(combination)) &&
      action.when(state),
  );
}

/** What a text field itself does with the command key; all other combinations with it mean the app. */
const textCombinations = new Set(
  [
    'a',
    'c',
    'x',
    'v',
    'z',
    'y',
    'shift+z',
    'shift+v',
    'arrowleft',
    'arrowright',
    'arrowup',
    'arrowdown',
    'home',
    'end',
  ]
    .concat(['backspace', 'delete', 'enter', 'shift+arrowleft', 'shift+arrowright'])
    .map((key) => `mod+${key}`),
);

function isFreeInText(combination: string): boolean {
  return combination.startsWith('mod+') && !textCombinations.has(combination);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  );
}

function isInMenu(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('[role="menu"],[role="dialog"],[role="listbox"][data-modal]') !== null
  );
}
