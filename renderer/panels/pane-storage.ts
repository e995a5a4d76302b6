type Kept = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * Keeps the widths of panes in pixels, where the panes themselves are told and tell shares of the window: a list that is 212 pixels wide on a small
 * screen is so on a large one, and the picture gets what is more.
 *
 * @param filling  the pane that takes the rest
 * @param width  of all panes together, CSS pixels, now
 */
export function pixelStorage(storage: Kept, filling: string, width: () => number): Kept {
  return {
    getItem(key) {
      const kept = sizesIn(storage.getItem(`${key} px`));
      if (kept === null) return null;
      const shares = kept.map(([pane, pixels]) => [pane, (100 * pixels) / width()] as const);
      const others = shares.reduce((sum, [pane, share]) => (pane === filling ? sum : sum + share), 0);
      // On a screen that has no room for them the panes' own widths are better.
      if (others >= 70) return null;
      return JSON.stringify(
        Object.fromEntries(shares.map(([pane, share]) => [pane, pane === filling ? 100 - others : share])),
      );
    },
    setItem(key, value) {
      const shares = sizesIn(value);
      if (shares === null) return;
      const pixels = shares.map(([pane, share]) => [pane, Math.round((share / 100) * width())]);
      storage.setItem(`${key} px`, JSON.stringify(Object.fromEntries(pixels)));
    },
  };
}

/** What is kept in a browser may be anything. */
function sizesIn(text: string | null): readonly (readonly [string, number])[] | null {
  try {
    const known: unknown = JSON.parse(text ?? 'null');
    if (typeof known !== 'object' || known === null) return null;
    const sizes = Object.entries(known);
    return sizes.every((one): one is [string, number] => typeof one[1] === 'number' && one[1] > 0)
      ? sizes
      : null;
  } catch {
    return null;
  }
}
