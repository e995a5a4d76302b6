import type { Settings } from '../../electron/common/settings.ts';

/** Whose habit the keys follow. */
export type KeyMap = Settings['keyMap'];

export const keyMapChoices = [
  { value: 'own', label: 'PixelLM Studio' },
  { value: 'cvat', label: 'Like CVAT' },
  { value: 'labelme', label: 'Like labelme' },
] as const satisfies readonly { readonly value: KeyMap; readonly label: string }[];

/**
 * What a map gives other keys than our own, by action. An action that a map does not name keeps those of its own keys that the map gives to
 * nothing else. Sources: CVAT's list of shortcuts (F1 there), labelme's default configuration. Keys that no browser lets go of (Ctrl+N, Ctrl+W,
 * Ctrl+T) have a second one beside them.
 */
export const keyMaps: Readonly<Record<KeyMap, Readonly<Record<string, readonly string[]>>>> = {
  own: {},
  cvat: {
    'images.next': ['f', 'pagedown', 'alt+arrowdown'],
    'images.previous': ['d', 'pageup', 'alt+arrowup'],
    'tool.new-target': ['n'],
    'classes.repeat-last': ['shift+n', 'shift+r'],
    'targets.merge': ['m', 'mod+m'],
    'targets.toggle-locked': ['l', 'shift+l'],
    'targets.compare': ['shift+m'],
    'mask.union': ['j', 'shift+u'],
    'mask.split': ['alt+s', 'shift+p'],
    'mask.intersect': ['alt+n'],
    'tool.lasso': ['shift+q'],
    'tool.fill': ['shift+w'],
    'tool.vertices': ['i'],
    'tool.segment': ['shift+y'],
  },
  labelme: {
    'images.next': ['d', 'pagedown', 'alt+arrowdown'],
    'images.previous': ['a', 'pageup', 'alt+arrowup'],
    'tool.polygon': ['mod+n', 'p'],
    'tool.rectangle': ['mod+r', 'r'],
    'tool.select': ['mod+j', 'v'],
    'targets.category': ['mod+e', 'c'],
    'project.export': ['mod+s'],
    'canvas.fit': ['mod+f', '0', 'mod+0'],
    'targets.accept': ['y'],
    'tool.vertices': ['i'],
    'tool.segment': ['shift+y'],
  },
};
