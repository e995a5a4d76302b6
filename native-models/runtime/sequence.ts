import type { Network } from '../pixellm/network.ts';

/** Stands for the image in a list of ids, as in the reference. */
export const imageMarker = -200;

/** What the decoder reads at one place of its sequence: a word piece or one token of an image. */
export interface Cell {
  /** Token id, or the number of the image token. */
  readonly token: number;
  /** Key of the image the token belongs to; null for a word piece. */
  readonly image: string | null;
  /** Place counted over the whole sequence, left-out image tokens included: the rotary embedding sees it. */
  readonly position: number;
  /** False for padding that was kept in: computed, but no later cell may look at it. */
  readonly isVisible: boolean;
}

export interface SequenceImage {
  readonly key: string;
  /** Which of its tokens hold some of the image, [tokens]. */
  readonly kept: readonly boolean[];
}

/**
 * The decoder's cells for a prompt. Image tokens that are all padding are left out and the positions of the others kept: nothing looks at them
 * and they feed nothing, so leaving them out changes no result (native-models/pixellm/REFERENCE.md section 5) and saves up to most of the prefill.
 *
 * @param ids  token ids with one `imageMarker`
 * @param keepPadding  leaves the padding in, as the reference does
 */
export function promptCells(
  ids: readonly number[],
  image: SequenceImage,
  network: Pick<Network['image'], 'tokens'>,
  { keepPadding = false } = {},
): Cell[] {
  const cells: Cell[] = [];
  let position = 0;
  for (const id of ids) {
    if (id !== imageMarker) {
      cells.push({ token: id, image: null, position: position++, isVisible: true });
      continue;
    }
    for (let token = 0; token < network.tokens; token++, position++) {
      const isVisible = image.kept[token] === true;
      if (isVisible || keepPadding) cells.push({ token, image: image.key, position, isVisible });
    }
  }
  return cells;
}

/** Length of the longest common beginning. */
export function commonPrefixLength(a: readonly Cell[], b: readonly Cell[]): number {
  const limit = Math.min(a.length, b.length);
  for (let index = 0; index < limit; index++) if (!isSameCell(a[index], b[index])) return index;
  return limit;
}

function isSameCell(a: Cell | undefined, b: Cell | undefined): boolean {
  return (
    a?.token === b?.token &&
    a?.image === b?.image &&
    a?.position === b?.position &&
    a?.isVisible === b?.isVisible
  );
}
