import { haloOf, packColour } from './compose-tile.ts';
import type { DeviceView } from './device-view.ts';
import type { Context2d } from './draw-tiles.ts';
import {
  type MaskTitle,
  type PlacedTitle,
  type TitlePlace,
  type TitleScale,
  layOutTitles,
  numberIn,
  titleSize,
  titlesInSight,
} from './place-titles.ts';

/** Titles at their masks, none on another; the meant ones over the others. */
export function paintTitles(context: Context2d, view: DeviceView, titles: readonly MaskTitle[]): void {
  if (titles.length === 0) return;
  const ratio = view.pixelRatio;
  context.save();
  context.font = `600 ${titleSize.font * ratio}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const at: TitleScale = {
    scale: view.scale,
    pixelRatio: ratio,
    widthOf: (text) => context.measureText(text).width,
  };
  for (const placed of titlesInSight(laidOut(titles, at), { view, titles, at })) {
    context.fillStyle = placed.title.colour;
    context.beginPath();
    context.roundRect(placed.x, placed.y, placed.width, placed.height, 3 * ratio);
    context.fill();
    if (placed.as === 'dot') continue;
    // The halo of a colour is what stands out from it: so is the ink on it.
    context.fillStyle = haloOf(packColour(placed.title.colour)).colour === 0 ? '#000000' : '#ffffff';
    context.fillText(wordsOf(placed), placed.x + titleSize.sidePadding * ratio, placed.y + placed.height / 2);
  }
  context.restore();
}

function wordsOf({ as, title }: PlacedTitle): string {
  return as === 'words' ? title.text : (numberIn(title.text) ?? '');
}

let last: {
  readonly titles: readonly MaskTitle[];
  readonly at: TitleScale;
  readonly layout: readonly TitlePlace[];
} | null = null;

/** While the picture is moved and pointed at, the places stay and are not sought again. */
function laidOut(titles: readonly MaskTitle[], at: TitleScale): readonly TitlePlace[] {
  const isSame =
    last !== null &&
    last.at.scale === at.scale &&
    last.at.pixelRatio === at.pixelRatio &&
    last.titles.length === titles.length &&
    last.titles.every(({ text, box }, index) => text === titles[index]?.text && box === titles[index]?.box);
  if (last === null || !isSame) last = { titles, at, layout: layOutTitles(titles, at) };
  return last.layout;
}
