import type { AnnotationId, CategoryId, DrawnMask, ImageId } from '../../electron/common/document/records.ts';
import type { Box, ImagePoint } from '../../electron/common/geometry.ts';

/** `zoom` is CSS pixels per image pixel; (x, y) is the image point in the middle of the pane. */
export interface Viewport {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** What the shell asks of the canvas; each new `serial` is answered once. */
export type CameraRequest =
  | { readonly kind: 'fit'; readonly serial: number }
  | { readonly kind: 'actual-size'; readonly serial: number }
  | { readonly kind: 'zoom-by'; readonly factor: number; readonly serial: number }
  | { readonly kind: 'box'; readonly box: Box; readonly serial: number };

/** Parts of the window that the person put away to have more of the picture. */
export interface FoldedPanes {
  readonly images: boolean;
  readonly conversation: boolean;
  /** Conversation and targets. */
  readonly side: boolean;
}
export const nothingFolded: FoldedPanes = { images: false, conversation: false, side: false };

export interface ViewState {
  readonly imageId: ImageId | null;
  /** Null: the whole image fits the pane, whatever the pane's size. */
  readonly viewport: Viewport | null;
  /** Where the person left the images seen so far. */
  readonly viewports: ReadonlyMap<ImageId, Viewport | null>;
  /** The zoom really shown, as the canvas reports it; null without an image. */
  readonly shownZoom: number | null;
  readonly cameraRequest: CameraRequest | null;
  /** The last one is the active target. */
  readonly selection: readonly AnnotationId[];
  readonly hovered: AnnotationId | null;
  /** The id of the tool in hand (renderer/tools/all-tools.ts). */
  readonly tool: string;
  /** The class of what is drawn next (label-set.ts); null for none. */
  readonly activeCategoryId: CategoryId | null;
  /** True while a person goes from target to target and decides. */
  readonly reviewing: boolean;
  /** What "repeat last" repeats; null before anything was drawn. */
  readonly lastDrawn: { readonly tool: string; readonly categoryId: CategoryId | null } | null;
  /** Image pixel under the pointer; null when it is elsewhere. */
  readonly cursor: ImagePoint | null;
  /** Held down or toggled: no mask is drawn. */
  readonly masksHidden: boolean;
  readonly outlineOnly: boolean;
  /** Masks shown in place of the stored ones, while a threshold slider moves. */
  readonly previews: ReadonlyMap<AnnotationId, DrawnMask>;
  /** The target whose own model mask is shown against the corrected one. */
  readonly compared: AnnotationId | null;
}

export const initialView: ViewState = {
  imageId: null,
  viewport: null,
  viewports: new Map(),
  shownZoom: null,
  cameraRequest: null,
  selection: [],
  hovered: null,
  tool: 'select',
  activeCategoryId: null,
  lastDrawn: null,
  reviewing: false,
  cursor: null,
  masksHidden: false,
  outlineOnly: false,
  previews: new Map(),
  compared: null,
};
