import type { Box } from '../../electron/common/geometry.ts';
import { haloOf, packColour } from './compose-tile.ts';
import type { DeviceView } from './device-view.ts';
import type { Context2d } from './draw-tiles.ts';

/** What is written at a mask. */
export interface MaskTitle {
  readonly text: string;
  /** Tight box of the mask, image pixels. */
  readonly box: Box;
  readonly colour: string;
  /** Of the target pointed at or selected: written whatever its size. */
  readonly isStrong: boolean;
}

/** CSS pixels. */
const fontSize = 11;
const lineHeight = 16;
const sidePadding = 4;
/** A mask smaller than this on the screen gets no title unless it is meant. */
const smallestSide = 18;
/** More titles than this cover what they name. */
const mostTitles = 200;

/** Titles at the top left of their masks, in sight wherever a part of the mask is; a later one over an earlier one. */
export function paintTitles(context: Context2d, view: DeviceView, titles: readonly MaskTitle[]): void {
  const ratio = view.pixelRatio;
  context.save();
  context.font = `600 ${fontSize * ratio}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  for (const title of titlesInSight(view, titles)) {
    const place = titlePlace(view, title.box);
    const height = lineHeight * ratio;
    const width = context.measureText(title.text).width + 2 * sidePadding * ratio;
    context.fillStyle = title.colour;
    context.beginPath();
    context.roundRect(place.x, place.y, width, height, 3 * ratio);
    context.fill();
    // The halo of a colour is what stands out from it: so is the ink on it.
    context.fillStyle = haloOf(packColour(title.colour)).colour === 0 ? '#000000' : '#ffffff';
    context.fillText(title.text, place.x + sidePadding * ratio, place.y + height / 2);
  }
  context.restore();
}

/** Those that are large enough to be named and can be seen, the meant ones last and always. */
export function titlesInSight(view: DeviceView, titles: readonly MaskTitle[]): readonly MaskTitle[] {
  const [left, top, width, height] = view.visible;
  const isSeen = ({ box, isStrong }: MaskTitle): boolean =>
    box[0] < left + width &&
    left < box[0] + box[2] &&
    box[1] < top + height &&
    top < box[1] + box[3] &&
    (isStrong || Math.max(box[2], box[3]) * view.scale >= smallestSide * view.pixelRatio);
  const seen = titles.filter(isSeen);
  const strong = seen.filter(({ isStrong }) => isStrong);
  const others = seen.filter(({ isStrong }) => !isStrong).slice(0, Math.max(0, mostTitles - strong.length));
  return [...others, ...strong];
}

/** Device px of a title's top left corner: above the mask, or inside it where there is no room above; never out of sight. */
export function titlePlace(view: DeviceView, [left, top]: Box): { readonly x: number; readonly y: number } {
  const height = lineHeight * view.pixelRatio;
  const [x, y] = [view.left + left * view.scale, view.top + top * view.scale];
  const above = y - height - 2 * view.pixelRatio;
  return {
    x: Math.round(Math.max(2, x)),
    y: Math.round(above >= 0 ? above : Math.max(2, y)),
  };
}
