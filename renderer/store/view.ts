import { firstToReview } from '../../electron/common/document/image-order.ts';
import type { AnnotationId, DrawnMask, ImageId } from '../../electron/common/document/records.ts';
import { useStudio } from './studio.ts';
import type { CameraRequest, ViewState, Viewport } from './view-state.ts';

export function setView(part: Partial<ViewState>): void {
  useStudio.setState((state) => ({ view: { ...state.view, ...part } }));
}

/** Shows an image where the person left it; a new one is fitted to the pane. Who reviews finds what to decide first selected. */
export function showImage(imageId: ImageId | null): void {
  const { view, document } = useStudio.getState();
  if (imageId === view.imageId) return;
  const first = view.reviewing && imageId !== null ? firstToReview(document, imageId) : null;
  setView({
    imageId,
    viewport: imageId === null ? null : (view.viewports.get(imageId) ?? null),
    cameraRequest: null,
    selection: first === null ? [] : [first.id],
    hovered: null,
    cursor: null,
    compared: null,
    previews: new Map(),
  });
}

/** The person moved the camera; null fits the image. */
export function setViewport(viewport: Viewport | null): void {
  const { view } = useStudio.getState();
  if (view.imageId === null) return;
  setView({ viewport, viewports: new Map(view.viewports).set(view.imageId, viewport) });
}

/** The canvas says what it really shows: the zoom after fitting. */
export function reportZoom(shownZoom: number | null): void {
  if (useStudio.getState().view.shownZoom !== shownZoom) setView({ shownZoom });
}

/** The canvas says which image pixel is under the pointer. */
export function reportCursor(cursor: ViewState['cursor']): void {
  const before = useStudio.getState().view.cursor;
  if (before?.x !== cursor?.x || before?.y !== cursor?.y) setView({ cursor });
}

type WithoutSerial<T> = T extends unknown ? Omit<T, 'serial'> : never;

export function requestCamera(request: WithoutSerial<CameraRequest>): void {
  setView({ cameraRequest: { ...request, serial: nextSerial() } });
}

export function select(ids: readonly AnnotationId[]): void {
  setView({ selection: ids });
}

/** Adds or removes one target from the selection, as a click with the modifier does. */
export function toggleSelected(id: AnnotationId): void {
  const { selection } = useStudio.getState().view;
  select(selection.includes(id) ? selection.filter((other) => other !== id) : [...selection, id]);
}

export function hover(id: AnnotationId | null): void {
  if (useStudio.getState().view.hovered !== id) setView({ hovered: id });
}

export function setTool(tool: string): void {
  setView({ tool });
}

export function setPreview(id: AnnotationId, preview: DrawnMask | null): void {
  const previews = new Map(useStudio.getState().view.previews);
  if (preview === null) previews.delete(id);
  else previews.set(id, preview);
  setView({ previews });
}

/** Shows the model's own mask of a target against the corrected one, or stops showing it. */
export function setCompared(compared: AnnotationId | null): void {
  setView({ compared });
}

let lastSerial = 0;
function nextSerial(): number {
  lastSerial += 1;
  return lastSerial;
}
