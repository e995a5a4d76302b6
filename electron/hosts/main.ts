import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { appFolders } from './app-folders.ts';
import { projectFolderOf } from './desktop/launch-arguments.ts';
import { registerAppScheme } from './desktop/app-protocol.ts';
import { reportFailedStart } from './desktop/failed-start.ts';
import { preferPortablePictures } from './desktop/portable-pictures.ts';

/** The desktop door's entry. What must happen before Electron is ready happens here, without waiting. */
const folders = appFolders(import.meta.dirname, process.env);
try {
  // Chromium's own files, and the single-instance lock; Electron takes only a folder that is there.
  const userData = join(folders.data, 'desktop');
  mkdirSync(userData, { recursive: true });
  app.setPath('userData', userData);
  preferPortablePictures(process.platform);
  app.enableSandbox();
  registerAppScheme();
  start();
} catch (thrown) {
  reportFailedStart(thrown);
}

function start(): void {
  if (!app.requestSingleInstanceLock()) return app.quit(); // the first instance heard of it and opens a window
  const project = projectFolderOf(process.argv, process.cwd());
  app
    .whenReady()
    // Not imported above: it brings the picture library, for which the line in front of this must have run.
    .then(() => import('./desktop/desktop.ts'))
    .then(({ openDesktop }) => openDesktop({ folders, project }))
    .catch(reportFailedStart);
}
