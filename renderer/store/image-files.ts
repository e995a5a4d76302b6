import type { Diff, ImageId, ImageRecord } from '../../electron/common/document/records.ts';
import { whenHandsRest } from '../ui/busy-hands.ts';
import { backend } from './client.ts';
import { openFolder } from './open-folder.ts';
import { useStudio } from './studio.ts';
import { reporting } from './toasts.ts';

/** As many are named in one question at most; more are all of them. */
const mostNamed = 100_000;
/** So many files are read at a time: a few hundred megabytes of photographs are some seconds of the disk and the processor. */
const readAtOnce = 8;

/** Looks anew at the files of the images that mean other files after this change than before it. */
export function checkChangedImages({ changed }: Diff): void {
  const others = changed.flatMap(([before, after]) =>
    before.kind === 'image' && after.kind === 'image' && !isSameFile(before, after) ? [after.id] : [],
  );
  if (others.length > 0)
    reporting('The image files could not be checked', () =>
      others.length > mostNamed ? checkImages() : checkImagesNamed(others),
    );
}

function isSameFile(one: ImageRecord, other: ImageRecord): boolean {
  return one.sha256 === other.sha256 && JSON.stringify(one.source) === JSON.stringify(other.source);
}

/** Asks which of some image files are still where and what they were. */
export async function checkImagesNamed(imageIds: readonly ImageId[]): Promise<void> {
  await look({ imageIds: [...imageIds] });
}

/** Counts the checks of all files: what an earlier one would still read is wanted no more. */
let checks = 0;

/**
 * The same of all images. It resolves once it is known which files are there; those whose size or time is another than the one known (a project
 * that came from another machine) are read afterwards, some at a time, while nobody scrolls or types.
 */
export async function checkImages(): Promise<void> {
  checks += 1;
  const [mine, folder] = [checks, openFolder()];
  const unread = await look({ isQuick: true });
  // What cannot be asked (a lost connection) is asked again with the next opening.
  readInPieces(unread, () => mine === checks && openFolder() === folder).catch(() => undefined);
}

async function readInPieces(unread: readonly ImageId[], goesOn: () => boolean): Promise<void> {
  const left = new Set(unread);
  while (left.size > 0) {
    await whenHandsRest();
    if (!goesOn()) return;
    const imageIds = nextOf(left);
    for (const id of imageIds) left.delete(id);
    await look({ imageIds });
  }
  if (goesOn()) useStudio.setState({ areFilesChecked: true });
}

/** The image that is shown first, then the others in order. */
function nextOf(left: ReadonlySet<ImageId>): ImageId[] {
  const shown = useStudio.getState().view.imageId;
  const next = shown !== null && left.has(shown) ? [shown] : [];
  for (const id of left) {
    if (next.length >= readAtOnce) break;
    if (id !== shown) next.push(id);
  }
  return next;
}

/** @returns those that have to be read to know */
async function look(asked: { imageIds: ImageId[] } | { isQuick: true }): Promise<readonly ImageId[]> {
  const folder = openFolder();
  const found = await backend().call('images.check', asked);
  useStudio.setState((now) => {
    if (now.document.project?.folder !== folder) return now;
    const troubledImages = new Map(now.troubledImages);
    for (const { imageId, state } of found) {
      if (state === 'present') troubledImages.delete(imageId);
      else if (state !== 'unread') troubledImages.set(imageId, state);
    }
    return { troubledImages };
  });
  return found.flatMap(({ imageId, state }) => (state === 'unread' ? [imageId] : []));
}
