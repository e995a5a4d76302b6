import type { ImageId, Rle } from '../../electron/common/document/records.ts';
import { type Box, type ImagePoint, imagePoint } from '../../electron/common/geometry.ts';
import type { RgbCrop } from '../../electron/common/flood-fill.ts';
import { AppError } from '../../electron/common/errors.ts';
import { backend } from './client.ts';
import { openDialog } from './dialogs.ts';

/** What the backend knows about a picture's colours and edges. Each call may be cancelled. */

/** The colours inside `box`. */
export async function readPixels(imageId: ImageId, box: Box, signal: AbortSignal): Promise<RgbCrop> {
  const { rgb } = await backend().call('images.pixels', { imageId, box }, { signal });
  return { box, rgb };
}

/** The thing inside `box`, as GrabCut sees it; `inside` and `outside` are strokes that say what belongs to it. */
export function cutOut(
  request: {
    readonly imageId: ImageId;
    readonly box: Box;
    readonly inside: Rle | null;
    readonly outside: Rle | null;
  },
  signal: AbortSignal,
): Promise<{ readonly mask: Rle; readonly bbox: Box }> {
  return backend().call('assist.grabCut', request, { signal });
}

/** The way along edges from one image point to another. */
export async function followEdge(
  imageId: ImageId,
  { from, to }: { readonly from: ImagePoint; readonly to: ImagePoint },
  signal: AbortSignal,
): Promise<readonly ImagePoint[]> {
  const request = {
    imageId,
    from: [from.x, from.y] as [number, number], // a tuple, as the contract has it
    to: [to.x, to.y] as [number, number],
  };
  const { points } = await backend().call('assist.scissors', request, { signal });
  return points.map(([x, y]) => imagePoint({ x, y }));
}

/** The object at points and in a box. Where no files were brought yet, the dialog that asks for them opens. */
export async function objectAt(
  request: {
    readonly imageId: ImageId;
    readonly points: readonly { readonly x: number; readonly y: number; readonly isInside: boolean }[];
    readonly box: Box | null;
  },
  signal: AbortSignal,
): Promise<{ readonly mask: Rle }> {
  try {
    return await backend().call('assist.segment', { ...request, points: [...request.points] }, { signal });
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'no-segmenter') throw thrown;
    openDialog({ kind: 'segmenter' });
    throw new DOMException('Files are asked for first.', 'AbortError');
  }
}
