import type { Box } from '../../electron/common/geometry.ts';
import type { DeviceView } from './device-view.ts';
import { createOccupied, type Occupied, type Rect } from './occupied.ts';

/** What is written at a mask. */
export interface MaskTitle {
  readonly text: string;
  /** Tight box of the mask, image pixels. */
  readonly box: Box;
  readonly colour: string;
  /** Of the target pointed at or selected: written whatever its size. */
  readonly isStrong: boolean;
}

/** A title where it is drawn: in words, as its number alone where those find no room, or as a dot where not even that does. */
export interface PlacedTitle extends Rect {
  readonly title: MaskTitle;
  readonly as: 'words' | 'number' | 'dot';
}

/** The place of the title with that index, device px from the image's top left corner. */
export interface TitlePlace extends Rect {
  readonly index: number;
  readonly as: PlacedTitle['as'];
}

/** CSS pixels. */
export const titleSize = { font: 11, line: 16, sidePadding: 4, dot: 6 } as const;
const gap = 2;
/** A mask smaller than this on the screen gets no title unless it is meant. */
const smallestSide = 18;
/** More titles than this cover what they name; of so many, the largest masks have them. */
const mostTitles = 200;

/** What the places of titles depend on besides the titles: not on where the picture lies, so that they stay while it is moved. */
export interface TitleScale {
  /** Device px per image px, device px per CSS px. */
  readonly scale: number;
  readonly pixelRatio: number;
  /** Device px of a text as it is written. */
  readonly widthOf: (text: string) => number;
}

/**
 * Titles side by side without lying on each other: at a corner of their box, outside it or within, else along its edges; the largest masks
 * choose first. Who is pointed at or selected makes no difference, so that nothing moves under the pointer.
 *
 * @returns device px from the image's top left corner, in the order of the titles
 */
export function layOutTitles(titles: readonly MaskTitle[], at: TitleScale): readonly TitlePlace[] {
  const shown = titles
    .map((title, index) => ({ title, index, box: scaled(title.box, at.scale) }))
    .filter(({ box }) => Math.max(box.width, box.height) >= smallestSide * at.pixelRatio)
    .sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height || a.index - b.index)
    .slice(0, mostTitles);
  const occupied = createOccupied(2 * titleSize.line * at.pixelRatio);
  return shown
    .map(({ title: { text }, index, box }) => ({ index, ...freePlace({ text, box, at, occupied }) }))
    .sort((a, b) => a.index - b.index);
}

/**
 * What is drawn of a layout: device px of the canvas. A title that would be cut off by its edge moves into sight as long as a part of its mask
 * is seen, where it finds room; the meant ones come last and in words, over others if need be.
 */
export function titlesInSight(
  layout: readonly TitlePlace[],
  {
    view,
    titles,
    at,
  }: { readonly view: DeviceView; readonly titles: readonly MaskTitle[]; readonly at: TitleScale },
): readonly PlacedTitle[] {
  const seen = layout.flatMap(({ index, ...place }): PlacedTitle[] => {
    const title = titles[index];
    if (title === undefined || title.isStrong || !isSeen(title.box, view)) return [];
    return [{ ...place, title, x: Math.round(view.left + place.x), y: Math.round(view.top + place.y) }];
  });
  const occupied = createOccupied(2 * titleSize.line * at.pixelRatio);
  const isInside = (placed: PlacedTitle): boolean =>
    placed.x >= 0 &&
    placed.y >= 0 &&
    placed.x + placed.width <= view.width &&
    placed.y + placed.height <= view.height;
  const inside = seen.filter(isInside);
  for (const placed of inside) occupied.add(placed);
  const moved = seen
    .filter((placed) => !isInside(placed))
    .map((placed) => movedIntoSight(placed, { view, at, occupied }));
  const inWordsAt = new Map<number, Rect>();
  for (const place of layout) if (place.as === 'words') inWordsAt.set(place.index, place);
  const strong = titles.flatMap((title, index) =>
    title.isStrong && isSeen(title.box, view)
      ? [inWords(title, { view, at, known: inWordsAt.get(index) })]
      : [],
  );
  return [...inside, ...moved, ...strong];
}

function isSeen(box: Box, { visible: [left, top, width, height] }: DeviceView): boolean {
  return box[0] < left + width && left < box[0] + box[2] && box[1] < top + height && top < box[1] + box[3];
}

function movedIntoSight(
  placed: PlacedTitle,
  { view, at, occupied }: { readonly view: DeviceView; readonly at: TitleScale; readonly occupied: Occupied },
): PlacedTitle {
  const clamped = within(view, placed);
  // Away from the edge step by step: several masks may leave the picture at one place.
  const step = (titleSize.line + gap) * at.pixelRatio;
  const [below, above] = [1, 2, 3].reduce<[Rect[], Rect[]]>(
    ([down, up], count) => [
      [...down, { ...clamped, y: clamped.y + count * step }],
      [...up, { ...clamped, y: clamped.y - count * step }],
    ],
    [[], []],
  );
  const box = onCanvas(placed.title.box, view);
  const free = [clamped, ...(placed.y < 0 ? below : above)].find(
    (rect) => isNear(rect, box) && within(view, rect).y === rect.y && occupied.isFree(rect),
  );
  if (free !== undefined) {
    occupied.add(free);
    return { ...placed, ...free };
  }
  const dot = titleSize.dot * at.pixelRatio;
  return { title: placed.title, as: 'dot', ...within(view, { x: box.x, y: box.y, width: dot, height: dot }) };
}

/** The meant one: where it was laid out in words, else where a title alone would be. */
function inWords(
  title: MaskTitle,
  {
    view,
    at,
    known,
  }: { readonly view: DeviceView; readonly at: TitleScale; readonly known: Rect | undefined },
): PlacedTitle {
  const size = wordsSize(title.text, at);
  const [first] = corners(scaled(title.box, at.scale), size, at.pixelRatio);
  const { x, y } = known ?? first ?? { x: 0, y: 0 };
  const place = { ...size, x: Math.round(view.left + x), y: Math.round(view.top + y) };
  return { title, as: 'words', ...within(view, place) };
}

function freePlace({
  text,
  box,
  at,
  occupied,
}: {
  readonly text: string;
  readonly box: Rect;
  readonly at: TitleScale;
  readonly occupied: Occupied;
}): Rect & Pick<TitlePlace, 'as'> {
  const number = numberIn(text);
  const isFree = (place: Rect): boolean => occupied.isFree(place);
  const words = placesAt(box, wordsSize(text, at), at.pixelRatio).find(isFree);
  if (words !== undefined) {
    occupied.add(words);
    return { as: 'words', ...words };
  }
  const small = number === null ? undefined : corners(box, wordsSize(number, at), at.pixelRatio).find(isFree);
  if (small !== undefined) {
    occupied.add(small);
    return { as: 'number', ...small };
  }
  const side = titleSize.dot * at.pixelRatio;
  return { as: 'dot', x: box.x, y: box.y, width: side, height: side };
}

/** In what a title shows of a long name; more would cover what it names. */
const mostCharacters = 32;
const characters = new Intl.Segmenter();

/** A long name cut short, its number kept: "the red cup on the left… 2". Cut between characters as they are seen, never within an emoji. */
export function shortTitle(text: string): string {
  if (text.length <= mostCharacters) return text;
  const seen = Array.from(characters.segment(text), ({ segment }) => segment);
  if (seen.length <= mostCharacters) return text;
  const number = numberIn(text);
  const tail = number === null ? '…' : `… ${number}`;
  return `${seen
    .slice(0, mostCharacters - tail.length)
    .join('')
    .trimEnd()}${tail}`;
}

/** "2" of "cup 2": what tells targets of one class apart. */
export function numberIn(text: string): string | null {
  return /\s(\d+)$/u.exec(text)?.[1] ?? null;
}

function wordsSize(text: string, { pixelRatio, widthOf }: TitleScale): Pick<Rect, 'width' | 'height'> {
  return {
    width: widthOf(text) + 2 * titleSize.sidePadding * pixelRatio,
    height: titleSize.line * pixelRatio,
  };
}

/** Where a title of that size may stand at a box, the best first. */
function placesAt(box: Rect, size: Pick<Rect, 'width' | 'height'>, pixelRatio: number): readonly Rect[] {
  const [first, ...others] = corners(box, size, pixelRatio);
  const [left, right] = [box.x, Math.max(box.x, box.x + box.width - size.width)];
  const edges = [1 / 3, 2 / 3].flatMap((share) => {
    const x = left + (right - left) * share;
    return [above(box, size, pixelRatio), below(box, pixelRatio)].map((y) => ({ ...size, x, y }));
  });
  const step = size.height + gap * pixelRatio;
  const beside = [0, 1, 2].flatMap((count) => [
    { ...size, x: box.x + box.width + gap * pixelRatio, y: box.y + count * step },
    { ...size, x: box.x - size.width - gap * pixelRatio, y: box.y + count * step },
  ]);
  const nearEnough = beside.filter((place) => place.y < box.y + box.height);
  return [...(first ? [first] : []), ...others, ...edges, ...nearEnough];
}

/** The corners: above the box, below it, and within where it is large enough to hold the title. */
function corners(box: Rect, size: Pick<Rect, 'width' | 'height'>, pixelRatio: number): readonly Rect[] {
  const right = box.x + box.width - size.width;
  const outside = [above(box, size, pixelRatio), below(box, pixelRatio)].flatMap((y) => [
    { ...size, x: box.x, y },
    { ...size, x: right, y },
  ]);
  const inset = gap * pixelRatio;
  const holds = box.width >= size.width + 2 * inset && box.height >= size.height + 2 * inset;
  if (!holds) return outside;
  const inside = [box.y + inset, box.y + box.height - size.height - inset].flatMap((y) => [
    { ...size, x: box.x + inset, y },
    { ...size, x: right - inset, y },
  ]);
  return [...outside.slice(0, 2), ...inside, ...outside.slice(2)];
}

function above(box: Rect, size: Pick<Rect, 'height'>, pixelRatio: number): number {
  return box.y - size.height - gap * pixelRatio;
}

function below(box: Rect, pixelRatio: number): number {
  return box.y + box.height + gap * pixelRatio;
}

function scaled([x, y, width, height]: Box, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

function onCanvas(box: Box, view: DeviceView): Rect {
  const rect = scaled(box, view.scale);
  return { ...rect, x: rect.x + view.left, y: rect.y + view.top };
}

function within({ width, height }: Pick<DeviceView, 'width' | 'height'>, rect: Rect): Rect {
  return {
    ...rect,
    x: Math.max(2, Math.min(rect.x, width - rect.width - 2)),
    y: Math.max(2, Math.min(rect.y, height - rect.height - 2)),
  };
}

/** At the box, or no further from it than a title is high. */
function isNear(rect: Rect, box: Rect): boolean {
  const reach = rect.height + gap;
  return (
    rect.x < box.x + box.width + reach &&
    box.x - reach < rect.x + rect.width &&
    rect.y < box.y + box.height + reach &&
    box.y - reach < rect.y + rect.height
  );
}
