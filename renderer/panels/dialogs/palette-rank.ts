import { defaultFilter } from 'cmdk';

/** Below it the letters are there in their order and mean nothing: "labels" in "tooL. Segment. oBjEct". */
const leastRank = 0.001;

/** How well something of the palette fits what was typed: 0 for not at all, to 1. Its id is nobody's word, an image's looks like any. */
export function paletteRank(_id: string, typed: string, words: readonly string[] = []): number {
  const rank = defaultFilter('', typed, [...words]);
  return rank < leastRank ? 0 : rank;
}
