import { resolve } from 'node:path';
import { invertDiff } from '../../common/document/diff.ts';
import type { Diff, ImageId } from '../../common/document/records.ts';
import { annotationsOf } from '../../common/document/views.ts';
import { AppError } from '../../common/errors.ts';
import type { OpenProject } from '../project/open-projects.ts';
import { hashFile } from './hash-file.ts';
import { decodeRgb } from './image-decoder.ts';
import type { Pictures } from './pictures.ts';

/**
 * Points an image to another file: the same picture moved, or one the person says stands for it (also the file in its old place, after it
 * was changed on purpose). Another size is only taken while the image has no masks.
 *
 * @returns the project's revision, and whether it is the picture the masks were made on
 * @throws AppError of hash-file.ts and image-decoder.ts, 'mask-size-mismatch'
 */
export async function relinkImage(options: {
  readonly project: OpenProject;
  readonly pictures: Pictures;
  readonly imageId: ImageId;
  readonly path: string;
}): Promise<{ readonly revision: number; readonly isSamePicture: boolean }> {
  const { project, imageId } = options;
  const path = resolve(options.path);
  const { sha256, stamp } = await hashFile(path);
  const pixels = await decodeRgb(path, project.store.find('image', imageId).name);
  await options.pictures.adopt(sha256, pixels);
  // Read only now: the record may have changed while the file was read.
  const image = project.store.find('image', imageId);
  const { width, height } = pixels;
  const hasMasks = annotationsOf(project.store.document, imageId).length > 0;
  if (hasMasks && (width !== image.width || height !== image.height)) {
    throw new AppError(
      'mask-size-mismatch',
      `${path} is ${width} x ${height} pixels, but the masks were drawn on ${image.width} x ${image.height}.`,
      { path, width, height, imageId },
    );
  }
  const after = { ...image, source: { kind: 'linked' as const, path }, sha256, width, height };
  const diff: Diff = { added: [], changed: [[image, after]], removed: [] };
  const revision = project.commit({
    diff,
    label: `Relink ${image.name}`,
    undo: invertDiff(diff),
    extras: { files: [{ imageId, stamp }] },
  });
  return { revision, isSamePicture: sha256 === image.sha256 };
}
