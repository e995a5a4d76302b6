import type { Snapshot } from '../../electron/common/contract.ts';
import type { ImageId } from '../../electron/common/document/records.ts';
import { AppError } from '../../electron/common/errors.ts';
import { backend } from './client.ts';
import { initialChat } from './chat-state.ts';
import { type DocumentState, emptyDocument } from './document.ts';
import { initialHistory } from './history.ts';
import { checkImages } from './image-files.ts';
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
  showNone();
  await refreshRecent();
}

function showNone(): void {
  opening += 1;
  useStudio.setState(({ toasts }) => ({
    document: emptyDocument,
    history: initialHistory,
    view: initialView,
    chat: initialChat,
    imageList: initialImageList,
    ...{ troubledImages: new Map(), areFilesChecked: false },
    toasts: toastsWithout(toasts, null),
  }));
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
  const mine = opening;
  await readProject(await backend().call('project.snapshot', {}), {
    show(document) {
      if (mine !== opening) return;
      useStudio.setState((state) => {
        const shown = lookedAt(state, document);
        return { ...shown, view: { ...shown.view, previews: new Map() } };
      });
    },
  });
}

async function refreshRecent(): Promise<void> {
  useStudio.setState({ recent: await backend().call('project.recent', {}) });
}

/** Counts what is opened and closed: what was still being read for an earlier one is wanted no more. */
let opening = 0;

async function readAndShow(told: Snapshot): Promise<void> {
  opening += 1;
  const mine = opening;
  let isBegun = false;
  const show = (document: DocumentState): boolean => {
    if (mine !== opening) return false;
    if (isBegun) showMore(told, document);
    else showOpened(told, document);
    isBegun = true;
    return true;
  };
  try {
    await readProject(told, { show, showSoFar: show });
  } catch (thrown) {
    if (mine !== opening) return;
    // A lost connection comes back, and all is read again then; half a project is none.
    if (isBegun && !(thrown instanceof AppError && thrown.code === 'connection-closed')) showNone();
    throw thrown;
  }
  // A missing file is found out in the background, once the picture is there: ten thousand files are the disk's work for a while.
  whenIdle(() => {
    checkImages().catch(() => undefined);
  });
}

function showOpened(told: Snapshot, document: DocumentState): void {
  localStorage.removeItem(closedKey);
  rememberInAddress(told.project.folder);
  const view = restoredView(told.view, document);
  useStudio.setState(({ toasts }) => ({
    document,
    history: initialHistory,
    chat: initialChat,
    imageList: initialImageList,
    ...{ troubledImages: new Map(), areFilesChecked: false },
    view,
    toasts: toastsWithout(toasts, told.project.folder),
  }));
  if (view.imageId === null) showImage(firstImage(document.images));
  if (told.project.isReadOnly)
    showToast({
      tone: 'warning',
      title: 'This project can only be looked at',
      text: `${told.project.folder} cannot be written, so no change can be saved. Copy the folder to a place that can be written to work on it.`,
    });
  for (const text of told.notes ?? []) showToast({ tone: 'error', title: 'Changes are missing', text });
}

/** What has come since; with the targets comes what was selected among them, where nothing else is by now. */
function showMore(told: Snapshot, document: DocumentState): void {
  const restored = restoredView(told.view, document);
  useStudio.setState((state) => {
    const { view } = lookedAt(state, document);
    const isUntouched = view.selection.length === 0 && view.imageId === restored.imageId;
    return { document, view: isUntouched ? { ...view, selection: restored.selection } : view };
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
