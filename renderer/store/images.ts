import type { Diff, ImageId } from '../../electron/common/document.ts';
import type { InputOf } from '../../electron/common/messages.ts';
import type { AppContract } from '../../electron/common/contract.ts';
import { backend, isDesktop, pathOfFile } from '../client.ts';
import type { DocumentState } from './document.ts';
import { commit } from './edit.ts';
import { pickPath, pickPaths, pickUploads } from './files.ts';
import { runJob } from './jobs.ts';
import { checkImages, createProject } from './project.ts';
import { annotationsOf, turnsOf, targetsOf } from './records.ts';
import { useStudio } from './studio.ts';
import { isCancelled, showError, showToast } from './toasts.ts';
import { showImage } from './view.ts';

export type ImportSource = InputOf<AppContract['images.import']>['sources'][number];

/** Adds images as one job; each one that fails is named with its reason. The first new one is shown. */
async function importImages(sources: readonly ImportSource[]): Promise<void> {
  if (sources.length === 0) return;
  await ensureProject();
  const failures: { readonly name: string; readonly reason: string }[] = [];
  try {
    await runJob('Adding images', async ({ signal, report }) => {
      for await (const event of backend().stream('images.import', { sources: [...sources] }, { signal })) {
        if (event.type === 'progress') report(event);
        else if (event.type === 'failed') failures.push({ name: event.name, reason: event.error.message });
        else sayAdded(event);
      }
    });
  } catch (thrown) {
    if (!isCancelled(thrown)) showError('The images were not added', thrown);
  }
  sayFailed(failures);
}

/** File dialog: paths on the desktop, an upload in the browser. */
export async function addImageFiles(): Promise<void> {
  if (!isDesktop()) return importFiles(await pickUploads('image/*,.tif,.tiff', true));
  const paths = await pickPaths({ title: 'Add images', want: 'images', multiple: true });
  await importImages((paths ?? []).map(pathSource));
}

/** Files and folders that the backend can read by itself, in any door. */
export async function addImagesFromDisk(): Promise<void> {
  const paths = await pickPaths({ title: 'Add images', want: 'images', multiple: true });
  await importImages((paths ?? []).map(pathSource));
}

export async function addImageFolder(): Promise<void> {
  const folder = await pickPath({ title: 'Add a folder of images', want: 'folder' });
  if (folder !== null) await importImages([pathSource(folder)]);
}

/** Dropped, pasted or picked files: by path where the door knows it, else their bytes. */
export async function importFiles(files: readonly File[]): Promise<void> {
  const sources = await Promise.all(
    files.map(async (file): Promise<ImportSource> => {
      const path = pathOfFile(file);
      if (path !== null) return pathSource(path);
      const name = file.name === '' ? 'pasted image.png' : file.name;
      return { kind: 'bytes', name, data: new Uint8Array(await file.arrayBuffer()) };
    }),
  );
  await importImages(sources);
}

/** One click on the start screen: a project (where none is open) with the sample in it, ready to ask. */
export async function trySample(sample: { readonly file: string; readonly title: string }): Promise<void> {
  if (useStudio.getState().document.project === null)
    await createProject(freeName(`Sample: ${sample.title}`), null);
  const { imageId } = await backend().call('images.addSample', { file: sample.file });
  showImage(imageId);
}

export async function relinkImage(imageId: ImageId, path: string): Promise<void> {
  await backend().call('images.relink', { imageId, path });
  await checkImages();
}

/** Takes images out of the project with their masks and conversations; the files stay where they are. */
export async function removeImages(ids: readonly ImageId[]): Promise<void> {
  const { document } = useStudio.getState();
  await commit(
    ids.length === 1 ? 'Remove image' : `Remove ${ids.length} images`,
    withoutImages(document, ids),
  );
}

export function withoutImages(document: DocumentState, ids: readonly ImageId[]): Diff {
  const removed = ids.flatMap((id) => {
    const image = document.images.get(id);
    if (image === undefined) return [];
    const turns = turnsOf(document, id);
    const targets = turns.flatMap((turn) => targetsOf(document, turn.id));
    return [...targets, ...turns, ...annotationsOf(document, id), image];
  });
  return { added: [], changed: [], removed };
}

function pathSource(path: string): ImportSource {
  return { kind: 'path', path };
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

function sayAdded(event: {
  readonly imageIds: readonly ImageId[];
  readonly alreadyThere: readonly ImageId[];
}): void {
  const [first] = [...event.imageIds, ...event.alreadyThere];
  if (first !== undefined) showImage(first);
  if (event.alreadyThere.length > 0) {
    const count = event.alreadyThere.length;
    showToast({
      tone: 'info',
      title:
        count === 1 ? 'That image is already in the project' : `${count} images were already in the project`,
      text: 'An image is added once; nothing was copied again.',
    });
  }
}

function sayFailed(failures: readonly { readonly name: string; readonly reason: string }[]): void {
  const [first] = failures;
  if (first === undefined) return;
  const more = failures.length > 1 ? ` And ${failures.length - 1} more.` : '';
  showToast({
    tone: 'error',
    title: failures.length === 1 ? `${first.name} was not added` : `${failures.length} images were not added`,
    text: `${failures.length === 1 ? '' : `${first.name}: `}${first.reason}${more}`,
  });
}
