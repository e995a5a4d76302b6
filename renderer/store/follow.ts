import type { ProjectChanged } from '../../electron/common/contract.ts';
import { type StudioClient, windowId } from './client.ts';
import { applyToDocument } from '../../electron/common/document/apply-to-document.ts';
import { noteRevision, rememberForeignChange } from './edit.ts';
import { lookedAt } from './looked-at.ts';
import { changesImages, checkImages, reloadProject } from './project.ts';
import { useStudio } from './studio.ts';
import { reporting } from './toasts.ts';

/** Keeps the store in step with what the backend says: other windows, answers, imports, settings, the model. */
export function followBackend(client: StudioClient, runAction: (id: string) => void): void {
  client.on('project.changed', receiveChange);
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

function receiveChange(change: ProjectChanged): void {
  const { document } = useStudio.getState();
  if (document.project === null || change.folder !== document.project.folder) return;
  if (change.window === windowId) {
    noteRevision(change.revision);
    return;
  }
  if (change.revision <= document.revision) return;
  const changed = { ...applyToDocument(document, change.diff), revision: change.revision };
  useStudio.setState((state) => lookedAt(state, changed));
  if (change.undo !== null && change.window === null) {
    rememberForeignChange(change.label, change.undo, change.step ?? null);
  }
  if (changesImages(change.diff)) reporting('The image files could not be checked', checkImages);
}

/** A fresh look at everything after the connection came back. */
export async function catchUp(): Promise<void> {
  if (useStudio.getState().document.project !== null) await reloadProject();
}
