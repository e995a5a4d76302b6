import { join } from 'node:path';
import { app } from 'electron';
import { appFolders } from './app-folders.ts';
import { projectFolderOf } from './desktop/launch-arguments.ts';
import { registerAppScheme } from './desktop/app-protocol.ts';
import { openDesktop } from './desktop/desktop.ts';
import { reportFailedStart } from './desktop/failed-start.ts';

/** The desktop door's entry. What must happen before Electron is ready happens here, without waiting. */
const folders = appFolders(import.meta.dirname, process.env);
app.setPath('userData', join(folders.data, 'desktop')); // also where the single-instance lock lies
app.enableSandbox();
registerAppScheme();

if (app.requestSingleInstanceLock()) {
  const project = projectFolderOf(process.argv, process.cwd());
  app
    .whenReady()
    .then(() => openDesktop({ folders, project }))
    .catch(reportFailedStart);
} else {
  app.quit(); // the first instance heard of it and opens a window
}
