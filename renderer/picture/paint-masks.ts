import { type Box, type CellBox, type ImagePoint, isEmptyBox } from '../../electron/common/geometry.ts';
import { type PaintedMask, haloOf, outlineCells } from './compose-tile.ts';
import { type LineStyle, strokeMask } from './crack-path.ts';
import type { DeviceView } from './device-view.ts';
import { type Context2d, clearAll, clearCells, drawCells } from './draw-tiles.ts';
import type { LiveEdit } from './live-edit.ts';
import { fillLevel } from './mask-pattern.ts';
import { type MaskTiles, maskTileSide } from './mask-tiles.ts';
import type { StrokePicture } from './stroke-picture.ts';
import { cellsOf, tileKey, tilesIn } from './tile-grid.ts';

/** Fill and outline of the committed masks of a tile. */
export interface TilePictures {
  readonly fill: OffscreenCanvas;
  readonly outline: OffscreenCanvas;
}
export type CommittedTiles = MaskTiles<TilePictures>;
/** Only the fill. */
export type FillTiles = MaskTiles<OffscreenCanvas>;

/** From here on a border of whole pixels would be a thick band: lines along the pixel edges are drawn instead. */
const cracksFromScale = 1.5;

export interface CommittedPainting {
  readonly masks: readonly PaintedMask[];
  readonly tiles: CommittedTiles;
  readonly opacity: number;
  readonly outlineOnly: boolean;
  /** False when this frame has no time left to compose another tile. */
  readonly mayCompose: () => boolean;
}

/**
 * What the layer of masks shows, so that the next frame draws again only tiles that show something else: selecting
 * another target changes two of forty.
 */
export class DrawnTiles {
  #sight = '';
  readonly #arts = new Map<string, TilePictures | null>();

  /** Whether the tiles on the canvas still lie where they should; otherwise all of them are forgotten. */
  fits(sight: string): boolean {
    if (sight === this.#sight) return true;
    this.#sight = sight;
    this.#arts.clear();
    return false;
  }

  /** Notes what a tile shows from now on. @returns false when it shows that already */
  isOther(key: string, art: TilePictures | null): boolean {
    if (this.#arts.has(key) && this.#arts.get(key) === art) return false;
    this.#arts.set(key, art);
    return true;
  }

  forget(): void {
    this.#sight = '';
  }
}

/** @returns false when tiles were left for a later frame */
export function paintCommitted(
  context: Context2d,
  view: DeviceView,
  painting: CommittedPainting,
  drawn: DrawnTiles,
): boolean {
  context.imageSmoothingEnabled = view.isSmooth;
  const hasCracks = view.scale / view.pixelRatio >= cracksFromScale;
  const { isCurrent, pictures, level } = committedPictures(view, painting);
  // Lines along the pixels' edges reach over their tile: then everything is drawn again.
  if (hasCracks) drawn.forget();
  const looks = `${painting.opacity} ${painting.outlineOnly} ${level}`;
  const sight = `${view.left} ${view.top} ${view.scale} ${view.width} ${view.height} ${looks}`;
  const isPart = drawn.fits(sight);
  if (!isPart) clearAll(context, view);
  for (const { art, cells, key } of pictures) {
    if (!drawn.isOther(key, art)) continue;
    if (isPart) clearCells(context, view, cells, level);
    if (art === null) continue;
    context.globalAlpha = painting.opacity;
    if (!painting.outlineOnly) drawCells(context, view, { source: art.fill, cells, level });
    context.globalAlpha = 1;
    if (!hasCracks) drawCells(context, view, { source: art.outline, cells, level });
  }
  context.globalAlpha = 1;
  const areLinesComplete = !hasCracks || strokeCommitted(context, view, painting);
  return isCurrent && areLinesComplete;
}

function strokeCommitted(
  context: Context2d,
  view: DeviceView,
  { masks, mayCompose }: Pick<CommittedPainting, 'masks' | 'mayCompose'>,
): boolean {
  let isComplete = true;
  for (const mask of masks) {
    isComplete =
      strokeMask(context, view, mask, { styles: outlineOf(mask.colour), mayTrace: mayCompose }) && isComplete;
  }
  return isComplete;
}

/** Two pixels of the full colour in a thin halo: as the outlines of composed tiles. */
function outlineOf(colour: number): readonly LineStyle[] {
  const halo = haloOf(colour);
  const shade = halo.colour & 255;
  return [
    { colour: `rgba(${shade}, ${shade}, ${shade}, ${halo.alpha / 255})`, width: 4 },
    { colour: cssColour(colour), width: 2 },
  ];
}

interface PlacedArt<Art> {
  readonly art: Art | null;
  readonly cells: CellBox;
  readonly key: string;
}

function committedPictures(
  view: DeviceView,
  { masks, tiles, mayCompose }: Pick<CommittedPainting, 'masks' | 'tiles' | 'mayCompose'>,
): {
  readonly isCurrent: boolean;
  readonly pictures: readonly PlacedArt<TilePictures>[];
  readonly level: number;
} {
  let isCurrent = true;
  const pictures: PlacedArt<TilePictures>[] = [];
  const level = fillLevel(view, masks);
  const outline = outlineCells(view.scale * 2 ** level, view.pixelRatio);
  for (const tile of tilesIn(view.visible, level, maskTileSide)) {
    const answer = tiles.tile(tile, masks, view.image, mayCompose, outline);
    isCurrent = isCurrent && answer.isCurrent;
    const cells = cellsOf(tile, view.image, maskTileSide);
    pictures.push({ art: answer.art, cells, key: tileKey(tile) });
  }
  return { isCurrent, pictures, level };
}

function drawFills(
  context: Context2d,
  view: DeviceView,
  { masks, tiles }: { readonly masks: readonly PaintedMask[]; readonly tiles: FillTiles },
): void {
  for (const tile of tilesIn(view.visible, fillLevel(view, masks), maskTileSide)) {
    const { art } = tiles.tile(tile, masks, view.image, () => true);
    if (art !== null) {
      drawCells(context, view, {
        source: art,
        cells: cellsOf(tile, view.image, maskTileSide),
        level: tile.level,
      });
    }
  }
}

/** Composes what is in sight of a mask that is going to be the active one. @returns false when the frame's time was over first */
export function prepareFill(
  view: DeviceView,
  mask: PaintedMask,
  { tiles, mayCompose }: { readonly tiles: FillTiles; readonly mayCompose: () => boolean },
): boolean {
  const masks = [mask];
  return tilesIn(view.visible, fillLevel(view, masks), maskTileSide).every(
    (tile) => tiles.tile(tile, masks, view.image, mayCompose).isCurrent,
  );
}

export function prepareCommitted(
  view: DeviceView,
  committed: Pick<CommittedPainting, 'masks' | 'tiles' | 'mayCompose'>,
): boolean {
  return committedPictures(view, committed).isCurrent;
}

export interface ActivePainting {
  /** The active mask; while several are moved, all of them, lowest first. */
  readonly followed: readonly PaintedMask[];
  readonly fills: FillTiles;
  readonly live: LiveEdit | null;
  readonly strokePicture: StrokePicture | null;
  /** Pictures of a shape that is not in the document. */
  readonly shapes: FillTiles;
  /** Given when the stroke must not cover other targets. */
  readonly others: { readonly masks: readonly PaintedMask[]; readonly tiles: CommittedTiles } | null;
}

/** The active mask with the change being made to it, all opaque: the layer's opacity is the compositor's. */
export function paintActive(context: Context2d, view: DeviceView, painting: ActivePainting): void {
  clearAll(context, view);
  context.imageSmoothingEnabled = view.isSmooth;
  const { live } = painting;
  const drawActive = (): void => {
    if (painting.followed.length === 0) return;
    const shown = live?.kind === 'move' ? movedView(view, live.by) : view;
    drawFills(context, shown, { masks: painting.followed, tiles: painting.fills });
  };
  const drawLive = (): void => {
    if (live?.kind === 'stroke') painting.strokePicture?.draw(context, view);
    if (live?.kind !== 'shape' || isEmptyBox(live.box)) return;
    const shape = { runs: live.runs, box: live.box, colour: live.colour, pattern: 0 };
    drawFills(context, view, { masks: [shape], tiles: painting.shapes });
  };
  const effect = live?.kind === 'stroke' || live?.kind === 'shape' ? live.effect : null;
  if (effect === 'replace') drawLive();
  else if (effect === 'erase') {
    drawActive();
    context.globalCompositeOperation = 'destination-out';
    drawLive();
  } else {
    drawLive();
    if (painting.others !== null && effect === 'add') {
      context.globalCompositeOperation = 'destination-out';
      const { pictures, level } = committedPictures(view, { ...painting.others, mayCompose: () => true });
      for (const { art, cells } of pictures)
        if (art !== null) drawCells(context, view, { source: art.fill, cells, level });
      context.globalCompositeOperation = 'source-over';
    }
    drawActive();
  }
  context.globalCompositeOperation = 'source-over';
}

/** The same sight with the picture's origin moved, for drawing a mask elsewhere. */
function movedView(view: DeviceView, by: ImagePoint): DeviceView {
  const [left, top, width, height] = view.visible;
  return {
    ...view,
    left: Math.round(view.left + by.x * view.scale),
    top: Math.round(view.top + by.y * view.scale),
    visible: insideImage([left - Math.round(by.x), top - Math.round(by.y), width, height], view),
  };
}

function insideImage(box: Box, view: DeviceView): Box {
  const left = Math.max(0, box[0]);
  const top = Math.max(0, box[1]);
  const right = Math.min(view.image.width, box[0] + box[2]);
  const bottom = Math.min(view.image.height, box[1] + box[3]);
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : [0, 0, 0, 0];
}

/** 0xBBGGRR as '#rrggbb'. */
export function cssColour(packed: number): string {
  const red = packed & 255;
  const green = (packed >>> 8) & 255;
  const blue = (packed >>> 16) & 255;
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`;
}
