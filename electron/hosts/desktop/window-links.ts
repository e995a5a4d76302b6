import { type IpcMainEvent, MessageChannelMain, type WebContents, ipcMain } from 'electron';
import { portWire } from '../../common/rpc/port-wire.ts';
import type { AcceptedConnection, Connections } from '../connections.ts';
import { isAppPage } from './app-protocol.ts';

/** The one IPC channel of the app: the preload asks on it for the port of its window. */
const connectChannel = 'pixellm:connect';
const portChannel = 'pixellm:port';

/** Which window talks on which connection. */
export interface WindowLinks {
  of(contents: WebContents): AcceptedConnection | null;
  contentsOf(connection: string): WebContents | null;
}

/** Gives each window its message port when its page asks; one at a time, so a reload replaces the old one. */
export function createWindowLinks(connections: Connections): WindowLinks {
  const links = new Map<WebContents, AcceptedConnection>();

  const close = (contents: WebContents): void => {
    links.get(contents)?.close();
    links.delete(contents);
  };
  ipcMain.on(connectChannel, (event) => {
    if (!isFromOwnPage(event)) return;
    const contents = event.sender;
    if (!links.has(contents)) contents.once('destroyed', () => close(contents));
    close(contents);
    const { port1, port2 } = new MessageChannelMain();
    links.set(contents, connections.accept(portWire(port1)));
    contents.postMessage(portChannel, null, [port2]);
  });

  return {
    of: (contents) => links.get(contents) ?? null,
    contentsOf(connection) {
      for (const [contents, link] of links) if (link.id === connection) return contents;
      return null;
    },
  };
}

/** The preload tells on it which files were dropped or picked, before the page learns their paths. */
const dropChannel = 'pixellm:dropped';

/** Hears the path of each file a person gave to a page: Electron alone knows it, a page cannot make one up. */
export function takeDrops(take: (path: string) => void): void {
  ipcMain.on(dropChannel, (event, path: unknown) => {
    if (isFromOwnPage(event) && typeof path === 'string' && path !== '') take(path);
    event.returnValue = true;
  });
}

/** Only the main frame of the app's own page: not a frame in it, not a page it was led to. */
function isFromOwnPage({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isAppPage(senderFrame.url);
}
