import { useRef } from 'react';
import { shallow } from 'zustand/shallow';
import type { Studio } from '../../store/studio.ts';

/**
 * A selector of several lists that gives the lists of before back while the same things stand in them: while a large project is read, all
 * lists are made anew again and again, and what was drawn of most of them still holds.
 */
export function useSameLists<Item>(
  select: (state: Studio) => readonly (readonly Item[])[],
): (state: Studio) => readonly (readonly Item[])[] {
  const before = useRef<readonly (readonly Item[])[]>([]);
  return (state) => {
    const now = select(state);
    const isSame =
      now.length === before.current.length &&
      now.every((list, at) => shallow(list, before.current[at] as readonly Item[])); // as many lists
    if (!isSame) before.current = now;
    return before.current;
  };
}
