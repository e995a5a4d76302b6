import type { Snapshot } from '../../electron/common/contract.ts';
import type { WholeSnapshot } from '../../electron/common/whole-snapshot.ts';
import type { Diff, ImageId } from '../../electron/common/document/records.ts';
import { AppError } from '../../electron/common/errors.ts';
import { backend } from './client.ts';
import { initialChat } from './chat-state.ts';
import { type DocumentState, documentOf, emptyDocument } from './document.ts';
import { initialHistory } from './history.ts';
import { initialImageList } from './image-list-state.ts';
import { lookedAt } from './looked-at.ts';
import { imagesInOrder } from '../../electron/common/document/views.ts';
import { readProject } from './read-project.ts';
import { restoredView } from './saved-view.ts';
import { useStudio } from './studio.ts';
import { showToast, toastsWithout } from './toasts.ts';
import { showImage } from './view.ts';
import { initialView } from './view-state.ts';

/** Remembered per browser: someone who closed the project wants the start screen next time. */
const closedKey = 'pixellm.project-closed';

export async function createProject(name: string, parent: string | null): Promise<void> {
  await readAndShow(await backend().call('project.create', { name, parent }));
  await refreshRecent();
}

export async function openProject(folder: string): Promise<void> {
  await readAndShow(await backend().call('project.open', { folder }));
  await refreshRecent();
}

/** Back to the start screen. Nothing needs saving: every edit already is. */
export async function closeProject(): Promise<void> {
  localStorage.setItem(closedKey, 'yes');
  rememberInAddress(null);
  useStudio.setState(({ toasts }) => ({
    document: emptyDocument,
    history: initialHistory,
    view: initialView,
    chat: initialChat,
    imageList: initialImageList,
    troubledImages: new Map(),
    toasts: toastsWithout(toasts, null),
  }));
  await refreshRecent();
}

export async function renameProject(name: string): Promise<void> {
  const project = await backend().call('project.rename', { name });
  useStudio.setState((state) => ({ document: { ...state.document, project } }));
}

/** What this window shows at start: the project the backend has open, else the last one, else the start screen. */
export async function reopenProject(): Promise<void> {
  const asked = askedFolder();
  if (asked !== null) {
    const opening = backend().call('project.open', { folder: asked });
    await Promise.all([refreshRecent(), opening.then(readAndShow)]);
    return;
  }
  await refreshRecent();
  if (localStorage.getItem(closedKey) !== null) return;
  const standing = await openSnapshot();
  if (standing !== null) {
    await readAndShow(standing);
    return;
  }
  const last = useStudio.getState().recent.find((project) => project.exists);
  if (last !== undefined) await readAndShow(await backend().call('project.open', { folder: last.folder }));
}

/** After a lost connection: the new one has to be told which project this window shows. */
export async function openFolderAgain(folder: string): Promise<void> {
  await backend().call('project.open', { folder });
}

/** The project in the page's address, `#open=<folder>`: a door opens windows for a project so, and a reload keeps it. */
function askedFolder(): string | null {
  const folder = new URLSearchParams(globalThis.location?.hash.slice(1) ?? '').get('open');
  return folder === null || folder === '' ? null : folder;
}

function rememberInAddress(folder: string | null): void {
  if (globalThis.history === undefined || askedFolder() === folder) return;
  const hash = folder === null ? '' : `#open=${encodeURIComponent(folder)}`;
  history.replaceState(null, '', `${location.pathname}${location.search}${hash}`);
}

/** Reads the project again, keeping what the person looks at. */
export async function reloadProject(): Promise<void> {
  await readProject(await backend().call('project.snapshot', {}), (snapshot) => {
    const document = documentOf(snapshot);
    useStudio.setState((state) => {
      const shown = lookedAt(state, document);
      return { ...shown, view: { ...shown.view, previews: new Map() } };
    });
  });
}

async function refreshRecent(): Promise<void> {
  useStudio.setState({ recent: await backend().call('project.recent', {}) });
}

/** True when images may be other files after this change than before it. */
export function changesImages({ changed }: Diff): boolean {
  return changed.some(([record]) => record.kind === 'image');
}

/** Asks which image files are still where and what they were. */
export async function checkImages(): Promise<void> {
  const states = await backend().call('images.check', {});
  useStudio.setState({
    troubledImages: new Map(
      states.flatMap(({ imageId, state }) => (state === 'present' ? [] : [[imageId, state] as const])),
    ),
  });
}

function readAndShow(told: Snapshot): Promise<void> {
  return readProject(told, show);
}

function show(snapshot: WholeSnapshot): void {
  localStorage.removeItem(closedKey);
  rememberInAddress(snapshot.project.folder);
  const document = documentOf(snapshot);
  const view = restoredView(snapshot.view, document);
  useStudio.setState(({ toasts }) => ({
    document,
    history: initialHistory,
    chat: initialChat,
    imageList: initialImageList,
    troubledImages: new Map(),
    view,
    toasts: toastsWithout(toasts, snapshot.project.folder),
  }));
  if (view.imageId === null) showImage(firstImage(document.images));
  if (snapshot.project.isReadOnly)
    showToast({
      tone: 'warning',
      title: 'This project can only be looked at',
      text: `${snapshot.project.folder} cannot be written, so no change can be saved. Copy the folder to a place that can be written to work on it.`,
    });
  for (const text of snapshot.notes ?? []) showToast({ tone: 'error', title: 'Changes are missing', text });
  // A missing file is found out in the background, once the picture is there: ten thousand files are the disk's work for a while.
  whenIdle(() => {
    checkImages().catch(() => undefined);
  });
}

/** Outside a page, in tests, at once. */
function whenIdle(work: () => void): void {
  if (globalThis.requestIdleCallback === undefined) work();
  else setTimeout(() => requestIdleCallback(work, { timeout: 2_000 }), 500);
}

function firstImage(images: DocumentState['images']): ImageId | null {
  return imagesInOrder(images)[0]?.id ?? null;
}

async function openSnapshot(): Promise<Snapshot | null> {
  try {
    return await backend().call('project.snapshot', {});
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'no-project-open') return null;
    throw thrown;
  }
}

/** Deletes a project for good, closing it first where this window shows it. @returns what stayed in its folder */
export async function deleteProject(folder: string): Promise<readonly string[]> {
  const { kept } = await backend().call('project.delete', { folder });
  if (useStudio.getState().document.project?.folder === folder) await closeProject();
  else await refreshRecent();
  return kept;
}

/** Only the list of recent projects forgets it; the folder stays. */
export async function forgetProject(folder: string): Promise<void> {
  await backend().call('project.forget', { folder });
  await refreshRecent();
}
