import type { Session } from 'electron';
import { isAppPage } from './app-protocol.ts';

const blobPrefix = 'blob:';

/**
 * What the page made itself (a chart, a table, a comparison) is written where the person says, in the system's own dialog, which also asks before a file is
 * replaced. Nothing else is downloaded: exports are written by the backend, and no address outside may be fetched.
 */
export function saveOwnFiles(session: Session): void {
  session.on('will-download', (event, item) => {
    const address = item.getURL();
    // A blob's address names the origin of the page that made it.
    if (!address.startsWith(blobPrefix) || !isAppPage(address.slice(blobPrefix.length)))
      return event.preventDefault();
    const name = item.getFilename();
    const [, extension] = /\.(\w+)$/u.exec(name) ?? [];
    const filters =
      extension === undefined ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }];
    item.setSaveDialogOptions({ title: `Save ${name}`, defaultPath: name, filters });
  });
}
