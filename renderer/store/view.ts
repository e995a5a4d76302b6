import type { AnnotationId, ImageId } from '../../electron/common/document.ts';
import { useStudio } from './studio.ts';
import type { Camera, CameraRequest, PreviewMask, ToolId, ViewState } from './view-state.ts';

export function setView(part: Partial<ViewState>): void {
  useStudio.setState((state) => ({ view: { ...state.view, ...part } }));
}

/** Shows an image where it was left, or asks the canvas to fit it. */
export function showImage(imageId: ImageId | null): void {
  const { view } = useStudio.getState();
  if (imageId === view.imageId) return;
  const known = imageId === null ? undefined : view.cameras.get(imageId);
  setView({
    imageId,
    selection: [],
    hovered: null,
    cursor: null,
    compared: null,
    previews: new Map(),
    ...known,
    cameraRequest: known === undefined && imageId !== null ? { kind: 'fit', serial: nextSerial() } : null,
  });
}

/** The canvas says where its camera stands now. */
export function setCamera(camera: Camera): void {
  const { view } = useStudio.getState();
  const cameras = view.imageId === null ? view.cameras : new Map(view.cameras).set(view.imageId, camera);
  setView({ zoom: camera.zoom, pan: camera.pan, cameras });
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

export function setTool(tool: ToolId): void {
  setView({ tool });
}

export function setPreview(id: AnnotationId, preview: PreviewMask | null): void {
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
