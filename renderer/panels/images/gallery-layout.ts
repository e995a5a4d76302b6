import type { Size } from '../../../electron/common/geometry.ts';

/** Where things lie in a row of the gallery, CSS pixels; the style sheet has the rest. Masks are drawn on one canvas for a whole row. */
export const galleryLayout = {
  /** At least, for a card. */
  cardWidth: 190,
  /** From the top of one row to the top of the next. */
  rowHeight: 206,
  gap: 10,
  rowPadding: 2,
  cardPadding: 6,
  pictureHeight: 122,
} as const;

/** On the row, CSS pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** As many cards side by side as there is room for. */
export function columnsIn(width: number): number {
  return Math.max(1, Math.floor(width / galleryLayout.cardWidth));
}

/** The box that a card's picture is shown in, as seen from its row. */
export function pictureBox(column: number, columns: number, rowWidth: number): Place {
  const { gap, rowPadding, cardPadding, pictureHeight } = galleryLayout;
  const cardWidth = (rowWidth - 2 * rowPadding - gap * (columns - 1)) / columns;
  return {
    x: rowPadding + column * (cardWidth + gap) + cardPadding,
    y: rowPadding + cardPadding,
    width: Math.max(0, cardWidth - 2 * cardPadding),
    height: pictureHeight,
  };
}

/** Where a picture of that size comes to lie in a box that contains it whole, in its middle. */
export function containedIn(box: Place, { width, height }: Size): Place {
  const scale = Math.min(box.width / width, box.height / height);
  const shown = { width: width * scale, height: height * scale };
  return {
    x: box.x + (box.width - shown.width) / 2,
    y: box.y + (box.height - shown.height) / 2,
    ...shown,
  };
}
