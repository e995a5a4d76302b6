import type { Studio } from '../store/studio.ts';

/** In the order in which lists show them. */
export const actionGroups = [
  'Conversation',
  'Targets',
  'Mask',
  'Tools',
  'Drawing by keyboard',
  'Images',
  'Questions and answers',
  'View',
  'Project',
  'Model',
  'Help',
] as const;
export type ActionGroup = (typeof actionGroups)[number];

/**
 * Everything a person can do, in one list: it feeds the menus, the command palette, the shortcuts and their help.
 * `keys` are combinations such as 'mod+z', 'shift+h', '[', 'delete'; mod is Ctrl, or Cmd on a Mac.
 */
export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: ActionGroup;
  readonly keys: readonly string[];
  /** Whether it makes sense now; an action that does not is shown disabled. */
  readonly when: (state: Studio) => boolean;
  /** A promise that fails becomes a toast with the action's title. */
  readonly run: (context: ActionContext) => void | Promise<void>;
  /** For actions that last while the key is held. */
  readonly release?: (context: ActionContext) => void;
  /** True: the key works while a text field has the focus. */
  readonly worksInText?: boolean;
}

export interface ActionContext {
  readonly state: Studio;
}

/** Fills in what most actions share: no key, always available. */
export function defineAction(
  action: Omit<Action, 'keys' | 'when'> & Partial<Pick<Action, 'keys' | 'when'>>,
): Action {
  return { keys: [], when: () => true, ...action };
}

const registry = new Map<string, Action>();

/** @throws plain Error when two actions claim one id */
export function registerActions(actions: readonly Action[]): void {
  for (const action of actions) {
    if (registry.has(action.id)) throw new Error(`Two actions are called ${action.id}.`);
    registry.set(action.id, action);
  }
}

export function allActions(): readonly Action[] {
  return [...registry.values()];
}

export function findAction(id: string): Action | undefined {
  return registry.get(id);
}
