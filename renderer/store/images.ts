import { withoutImages } from '../../electron/common/document/removal.ts';
import type { ImageId } from '../../electron/common/document/records.ts';
import { backend } from './client.ts';
import { isDesktop } from './door.ts';
import { commit } from './edit.ts';
import { pickPath, pickPaths, pickUploads } from './files.ts';
import { importFiles, importPaths } from './image-import.ts';
import { checkImagesNamed } from './image-files.ts';
import { createProject } from './project.ts';
import { useStudio } from './studio.ts';
import { showImage } from './view.ts';

/** File dialog: paths on the desktop, an upload in the browser. */
export async function addImageFiles(): Promise<void> {
  if (isDesktop()) await addImagesFromDisk();
  else await addFiles(await pickUploads('image/*,.tif,.tiff', true));
}

/** Files that the backend can read by itself, in any door. */
export async function addImagesFromDisk(): Promise<void> {
  const paths = await pickPaths({ title: 'Add images', want: 'images', multiple: true });
  if (paths !== null) await addPaths(paths);
}

export async function addImageFolder(): Promise<void> {
  const folder = await pickPath({ title: 'Add a folder of images', want: 'folder' });
  if (folder !== null) await addPaths([folder]);
}

/** Dropped, pasted or picked files. */
export async function addFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  await ensureProject();
  await importFiles(files);
}

async function addPaths(paths: readonly string[]): Promise<void> {
  await ensureProject();
  await importPaths(paths);
}

/** One click on the start screen: a project (where none is open) with the sample in it, ready to ask. */
export async function trySample(sample: { readonly file: string; readonly title: string }): Promise<void> {
  if (useStudio.getState().document.project === null)
    await createProject(freeName(`Sample: ${sample.title}`), null);
  const { imageId } = await backend().call('images.addSample', { file: sample.file });
  showImage(imageId);
}

/** @returns whether it is the picture the masks were made on */
export async function relinkImage(imageId: ImageId, path: string): Promise<boolean> {
  const { isSamePicture } = await backend().call('images.relink', { imageId, path });
  await checkImagesNamed([imageId]);
  return isSamePicture;
}

/** Takes images out of the project with their masks and conversations; the files stay where they are. */
export async function removeImages(ids: readonly ImageId[]): Promise<void> {
  const { document } = useStudio.getState();
  await commit(
    ids.length === 1 ? 'Remove image' : `Remove ${ids.length} images`,
    withoutImages(document, ids),
  );
}

/** Images need a home: without an open project a new one is made for them. */
async function ensureProject(): Promise<void> {
  if (useStudio.getState().document.project === null) await createProject(freeName('Untitled project'), null);
}

/** `name`, with a number where a recent project is already called so. */
function freeName(name: string): string {
  const taken = new Set(useStudio.getState().recent.map((project) => project.name));
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name} ${number}`)) number += 1;
  return `${name} ${number}`;
}
