const symbols: Readonly<Record<string, string>> = {
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  enter: 'Enter',
  escape: 'Esc',
  delete: 'Del',
  backspace: 'Backspace',
  space: 'Space',
  tab: 'Tab',
  pageup: 'Page Up',
  pagedown: 'Page Down',
};

/** How a combination is written for a person: ['Ctrl', 'Z'] or ['⌘', 'Z']. */
export function keyCaps(combination: string, isMac: boolean): readonly string[] {
  // "mod++" and "+" end in the plus key itself.
  const parts = combination.endsWith('+')
    ? [...combination.slice(0, -2).split('+'), '+']
    : combination.split('+');
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      if (part === 'mod') return isMac ? '⌘' : 'Ctrl';
      if (part === 'ctrl') return isMac ? '⌃' : 'Ctrl';
      if (part === 'alt') return isMac ? '⌥' : 'Alt';
      if (part === 'shift') return isMac ? '⇧' : 'Shift';
      return symbols[part] ?? part.toUpperCase();
    });
}

export function isMacPlatform(): boolean {
  return typeof navigator !== 'undefined' && /mac/iu.test(navigator.platform);
}
