import type { ProjectChanged } from '../../electron/common/contract.ts';
import { type StudioClient, windowId } from './client.ts';
import { applyToDocument, isApplicable } from '../../electron/common/document/apply-to-document.ts';
import { invertDiff } from '../../electron/common/document/diff.ts';
import type { Diff } from '../../electron/common/document/records.ts';
import { noteRevision, rememberForeignChange } from './edit.ts';
import { noteChange } from './held-changes.ts';
import { fetchLarge, gathered, largeAtFront } from './large-changes.ts';
import { lookedAt } from './looked-at.ts';
import { checkChangedImages } from './image-files.ts';
import { reloadProject } from './project.ts';
import { onHeldChanges } from './read-project.ts';
import { useStudio } from './studio.ts';
import { showToast } from './toasts.ts';

/** Keeps the store in step with what the backend says: other windows, answers, imports, settings, the model. */
export function followBackend(client: StudioClient, runAction: (id: string) => void): void {
  client.on('project.changed', (change) => {
    noteChange(change);
    receiveChange(change);
  });
  onHeldChanges(takeHeld);
  client.on('settings.changed', (settings) => {
    useStudio.setState({ settings });
  });
  client.on('models.statusChanged', (model) => {
    useStudio.setState({ model });
  });
  client.on('app.action', ({ action, window }) => {
    // The desktop door sends a menu entry to the window in front alone, without a name.
    if (window === null || window === windowId) runAction(action);
  });
}

/** Changes of others are taken in the order in which they were made: behind a large one, which is fetched first, the others wait. */
let waiting: ProjectChanged[] = [];
let taking: Promise<void> | null = null;

function receiveChange(change: ProjectChanged): void {
  const { document } = useStudio.getState();
  if (document.project === null || change.folder !== document.project.folder) return;
  // It may be about records that have not come yet: those who read the project hold it until all have.
  if (document.toCome > 0) return;
  if (change.window === windowId) {
    noteRevision(change.revision);
    return;
  }
  if (change.revision <= document.revision) return;
  if (taking === null && change.large === undefined) {
    take(change, change.diff, change.undo);
    return;
  }
  waiting.push(change);
  taking ??= takeWaiting().finally(() => (taking = null));
}

/** The project that is shown was read while these were made: those after its revision are missing in it, this window's own as well. */
function takeHeld(held: readonly ProjectChanged[]): void {
  const { document } = useStudio.getState();
  const isNews = ({ folder, revision }: ProjectChanged): boolean =>
    folder === document.project?.folder && revision > document.revision;
  const known = new Set(waiting.map(({ revision }) => revision));
  waiting = [...waiting, ...held.filter((change) => !known.has(change.revision))]
    .filter(isNews)
    .sort((a, b) => a.revision - b.revision);
  if (waiting.length > 0) taking ??= takeWaiting().finally(() => (taking = null));
}

async function takeWaiting(): Promise<void> {
  for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
    const { project } = useStudio.getState().document;
    if (project?.folder !== first.folder) waiting.shift();
    else if (first.large === undefined) {
      waiting.shift();
      await takeOrReload(first, first.diff, first.undo);
    } else await takeLarge();
  }
}

async function takeLarge(): Promise<void> {
  await gathered();
  const changes = largeAtFront(waiting);
  waiting = waiting.slice(changes.length);
  const last = changes.at(-1);
  if (last === undefined) return;
  const diff = await fetchLarge(changes).catch(() => null); // too long ago, or the connection went: then all is read again
  if (diff === null) return readAgain();
  await takeOrReload(last, diff, last.large?.isUndoable ? invertDiff(diff) : null);
}

/** What waited may have been overtaken by a fresh look at the project. */
async function takeOrReload(change: ProjectChanged, diff: Diff, undo: Diff | null): Promise<void> {
  const { document } = useStudio.getState();
  if (document.project?.folder !== change.folder) return;
  if (isApplicable(document, diff)) take(change, diff, undo);
  else await readAgain();
}

async function readAgain(): Promise<void> {
  await reloadProject().catch(() => undefined); // a lost connection: catchUp comes when it is back
  const { document } = useStudio.getState();
  waiting = waiting.filter(({ revision }) => revision > document.revision);
}

function take(change: ProjectChanged, diff: Diff, undo: Diff | null): void {
  const { document } = useStudio.getState();
  const revision = Math.max(change.revision, document.revision);
  const changed = { ...applyToDocument(document, diff), revision };
  const { imageId } = useStudio.getState().view;
  const gone = diff.removed.find(({ id }) => id === imageId);
  useStudio.setState((state) => lookedAt(state, changed));
  if (gone?.kind === 'image')
    showToast({
      tone: 'info',
      title: `${gone.name} was removed`,
      text: 'It was the image shown here, and went in another window. Undo there brings it back.',
    });
  if (undo !== null && change.window === null) rememberForeignChange(change.label, undo, change.step ?? null);
  checkChangedImages(diff);
}

/** A fresh look at everything after the connection came back. */
export async function catchUp(): Promise<void> {
  if (useStudio.getState().document.project !== null) await reloadProject();
}
