import { app, session } from 'electron';
import { createGrants } from '../../backend/app/grants.ts';
import { createBackend } from '../../backend/create-backend.ts';
import { type AppFolders, appVersion } from '../app-folders.ts';
import { createConnections } from '../connections.ts';
import { createPageResponder } from '../page-responder.ts';
import { outliveStrayFailures } from '../stray-failures.ts';
import { serveAppScheme } from './app-protocol.ts';
import { confineContents, denyPermissions } from './confinement.ts';
import { desktopHost } from './desktop-host.ts';
import { saveOwnFiles } from './downloads.ts';
import { projectFolderOf } from './launch-arguments.ts';
import { installMenu } from './menu.ts';
import { withRecentDocuments } from './recent-documents.ts';
import { takeDrops } from './window-links.ts';
import { type DesktopWindows, createWindows } from './windows.ts';

/** Opens the desktop door: one backend, any number of windows on it. */
export async function openDesktop({
  folders,
  project,
}: {
  readonly folders: AppFolders;
  readonly project: string | null;
}): Promise<void> {
  outliveStrayFailures((sentence) => console.error(sentence));
  confineContents();
  denyPermissions(session.defaultSession);
  saveOwnFiles(session.defaultSession);

  // The backend's dialogs belong to windows, and windows talk to the backend: each is found through the other.
  const grants = createGrants();
  if (project !== null) grants.add(project);
  takeDrops((path) => grants.add(path));
  const host = desktopHost({
    folders,
    grants,
    version: appVersion(folders),
    windowOf: (id) => windows.ofConnection(id),
  });
  const backend = withRecentDocuments(await createBackend(host), (folder) => app.addRecentDocument(folder));
  const connections = createConnections(backend);
  const windows: DesktopWindows = createWindows({ folders, connections });
  serveAppScheme(await createPageResponder(folders.renderer, backend));
  installMenu({ openWindow: () => windows.open(null), runAction: (action) => windows.runInFront(action) });

  app.on('second-instance', (_event, words, folder) => {
    const asked = projectFolderOf(words, folder);
    if (asked === null) return windows.raise();
    grants.add(asked);
    windows.open(asked);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    grants.add(path);
    windows.open(path);
  });
  app.on('activate', () => windows.raise());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  disposeAtQuit(async () => {
    connections.close();
    await backend.dispose();
  });
  windows.open(project);
}

/** Electron does not wait for promises when it quits: it is held back once, and let go when all is on disk. */
function disposeAtQuit(dispose: () => Promise<void>): void {
  let disposal: Promise<void> | null = null;
  app.on('will-quit', (event) => {
    event.preventDefault();
    disposal ??= dispose().then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });
}
