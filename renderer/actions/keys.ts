import type { Settings } from '../../electron/common/settings.ts';
import { keyMaps } from './key-maps.ts';
import type { Action } from './registry.ts';
import { addTo } from '../../electron/common/grouped.ts';

/** What decides which keys an action has. */
export type KeyChoices = Pick<Settings, 'shortcuts' | 'keyMap'>;

/** A pressed key as the registry writes it: modifiers in fixed order, then the key in lower case. */
export function combinationOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'code'>,
  isMac: boolean,
): string | null {
  const key = keyName(event);
  if (key === null) return null;
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  const parts = [
    isMod ? 'mod' : '',
    isMac && event.ctrlKey ? 'ctrl' : '',
    event.altKey ? 'alt' : '',
    // A sign such as "?" already says that Shift was down.
    event.shiftKey && (key.length > 1 || /[\p{L}\p{N}]/u.test(key)) ? 'shift' : '',
    key,
  ];
  return parts.filter((part) => part !== '').join('+');
}

function keyName(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'altKey'>): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta', 'Dead', 'Process', 'AltGraph'].includes(event.key)) return null;
  if (event.key === ' ') return 'space';
  // Shift and Alt change what digits and letters give; the physical key is what the person means.
  const digit = /^Digit(\d)$/u.exec(event.code)?.[1];
  if (digit !== undefined && (event.shiftKey || event.altKey)) return digit;
  const letter = /^Key([A-Z])$/u.exec(event.code)?.[1];
  if (letter !== undefined && event.altKey) return letter.toLowerCase();
  return event.key.toLowerCase();
}

/** The combinations of an action after the key map and the person's own choices; an empty choice means no key. */
export function keysOf(
  action: Pick<Action, 'id' | 'keys'>,
  { shortcuts, keyMap }: KeyChoices,
): readonly string[] {
  const own = shortcuts[action.id];
  if (own !== undefined) return own === '' ? [] : [own];
  const mapped = keyMaps[keyMap][action.id];
  if (mapped !== undefined) return mapped;
  const taken = takenBy(keyMap);
  return taken.size === 0 ? action.keys : action.keys.filter((key) => !taken.has(key));
}

const takenKeys = new Map<Settings['keyMap'], ReadonlySet<string>>();

/** All combinations that a map gives to some action. */
function takenBy(keyMap: Settings['keyMap']): ReadonlySet<string> {
  const known = takenKeys.get(keyMap) ?? new Set(Object.values(keyMaps[keyMap]).flat());
  takenKeys.set(keyMap, known);
  return known;
}

/** Actions that share a combination, per combination: the settings dialog points them out. */
export function clashes(
  actions: readonly Pick<Action, 'id' | 'keys'>[],
  choices: KeyChoices,
): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const action of actions) {
    for (const combination of keysOf(action, choices)) {
      addTo(owners, combination, action.id);
    }
  }
  return new Map([...owners].filter(([, ids]) => ids.length > 1));
}
