import { thumbnailUrl } from '../../../electron/common/asset-urls.ts';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { imagesInOrder } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';

/** Pictures of the projects this browser has shown, for the list of recent ones: a closed project serves none itself. */
const keyPrefix = 'pixellm.cover ';
const coverSide = 96;
/** As many as the list of recent projects is long. */
const mostCovers = 20;

export function coverOf(folder: string): string | null {
  return localStorage.getItem(keyPrefix + folder);
}

export function forgetCover(folder: string): void {
  localStorage.removeItem(keyPrefix + folder);
}

/**
 * Keeps a small picture of whatever project is shown: its first image. Nothing is kept where the browser has no room for it.
 *
 * @returns a function that stops
 */
export function keepCovers(): () => void {
  return useStudio.subscribe(firstImage, (image) => {
    const folder = useStudio.getState().document.project?.folder;
    if (image === null || folder === undefined) return;
    // A picture that cannot be read leaves the cover that stands; the row shows a sign where there is none.
    smallPicture(image)
      .then((picture) => keep(folder, picture))
      .catch(() => undefined);
  });
}

const firstImage = ({
  document,
}: Pick<ReturnType<typeof useStudio.getState>, 'document'>): ImageRecord | null =>
  imagesInOrder(document.images)[0] ?? null;

async function smallPicture({ id, sha256 }: ImageRecord): Promise<string> {
  const answer = await fetch(thumbnailUrl({ imageId: id, version: sha256 }));
  const picture = await createImageBitmap(await answer.blob());
  const scale = Math.max(coverSide / picture.width, coverSide / picture.height);
  const canvas = document.createElement('canvas');
  canvas.width = coverSide;
  canvas.height = coverSide;
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas
    .getContext('2d')
    ?.drawImage(picture, (coverSide - width) / 2, (coverSide - height) / 2, width, height);
  picture.close();
  return canvas.toDataURL('image/jpeg', 0.8);
}

function keep(folder: string, picture: string): void {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(keyPrefix));
  const listed = new Set(useStudio.getState().recent.map((project) => keyPrefix + project.folder));
  for (const key of keys
    .filter((known) => !listed.has(known))
    .slice(0, Math.max(0, keys.length - mostCovers + 1)))
    localStorage.removeItem(key);
  localStorage.setItem(keyPrefix + folder, picture);
}
