import type { Diff, ImageId, ImageRecord } from '../../electron/common/document/records.ts';
import { backend } from './client.ts';
import { useStudio } from './studio.ts';
import { reporting } from './toasts.ts';

/** As many are named in one question at most; more are all of them. */
const mostNamed = 100_000;

/** Looks anew at the files of the images that mean other files after this change than before it. */
export function checkChangedImages({ changed }: Diff): void {
  const others = changed.flatMap(([before, after]) =>
    before.kind === 'image' && after.kind === 'image' && !isSameFile(before, after) ? [after.id] : [],
  );
  if (others.length > 0)
    reporting('The image files could not be checked', () =>
      checkImages(others.length > mostNamed ? undefined : others),
    );
}

function isSameFile(one: ImageRecord, other: ImageRecord): boolean {
  return one.sha256 === other.sha256 && JSON.stringify(one.source) === JSON.stringify(other.source);
}

/** Asks which image files are still where and what they were: of all images, or of some. */
export async function checkImages(imageIds?: readonly ImageId[]): Promise<void> {
  const folder = useStudio.getState().document.project?.folder;
  const states = await backend().call('images.check', imageIds ? { imageIds: [...imageIds] } : {});
  useStudio.setState((now) => {
    if (now.document.project?.folder !== folder) return now;
    const troubledImages = new Map(imageIds ? now.troubledImages : []);
    for (const { imageId, state } of states) {
      if (state === 'present') troubledImages.delete(imageId);
      else troubledImages.set(imageId, state);
    }
    return { troubledImages, areFilesChecked: now.areFilesChecked || imageIds === undefined };
  });
}
