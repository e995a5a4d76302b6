import { assertNever } from '../../electron/common/errors.ts';
import type { CameraRequest } from '../store/view-state.ts';
import { type Sight, cameraOnBox, fitCamera, stepZoom, zoomAt } from '../picture/camera.ts';
import { type Camera, middleOf } from '../../electron/common/geometry.ts';

/** Where the camera goes when a menu, a key or the target list asks; zooming keeps the middle of the pane. */
export function requestedCamera(request: CameraRequest, camera: Camera, sight: Sight): Camera {
  const at = middleOf(sight.pane);
  switch (request.kind) {
    case 'fit':
      return fitCamera(sight);
    case 'actual-size':
      return zoomAt(camera, { zoom: 1, at }, sight);
    case 'zoom-by':
      return zoomAt(camera, { zoom: stepZoom(camera.zoom, request.factor > 1 ? 1 : -1), at }, sight);
    case 'box':
      return cameraOnBox(request.box, sight);
    default:
      return assertNever(request);
  }
}
