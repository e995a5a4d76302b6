import { join } from 'node:path';
import { BrowserWindow, screen } from 'electron';
import type { AppFolders } from '../app-folders.ts';
import type { Connections } from '../connections.ts';
import { windowUrl } from './app-protocol.ts';
import { askBeforeLeaving } from './ask-before-leaving.ts';
import { type WindowLinks, createWindowLinks } from './window-links.ts';
import { initialBounds, readWindowState, writeWindowState } from './window-state.ts';

/** The app's windows: each a page of its own with one message port to the one backend. */
export interface DesktopWindows {
  /** Opens a window, on a project or where the person left off. */
  open(project: string | null): void;
  /** Brings a window to the front, opening one when there is none. */
  raise(): void;
  runInFront(action: string): void;
  ofConnection(connection: string): BrowserWindow | null;
}

export function createWindows({
  folders,
  connections,
}: {
  readonly folders: AppFolders;
  readonly connections: Connections;
}): DesktopWindows {
  const stateFile = join(folders.data, 'desktop-window.json');
  const links: WindowLinks = createWindowLinks(connections);

  const open = (project: string | null): void => {
    const state = readWindowState(stateFile);
    const window = new BrowserWindow({
      ...initialBounds(
        state,
        screen.getAllDisplays().map((display) => display.workArea),
      ),
      minWidth: 800,
      minHeight: 560,
      title: 'PixelLM Studio',
      show: false, // until there is something to see
      webPreferences: {
        preload: folders.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        spellcheck: false, // would fetch dictionaries from the network
      },
    });
    if (state?.isMaximised) window.maximize();
    askBeforeLeaving(window);
    window.once('ready-to-show', () => window.show());
    window.on('close', () => {
      writeWindowState(stateFile, { ...window.getNormalBounds(), isMaximised: window.isMaximized() });
    });
    void window.loadURL(windowUrl(project)).catch(() => undefined); // the page itself says what is wrong, or a reload helps
  };

  return {
    open,
    raise() {
      const [window] = BrowserWindow.getAllWindows();
      if (!window) return open(null);
      if (window.isMinimized()) window.restore();
      window.focus();
    },
    runInFront(action) {
      const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
      if (window) links.of(window.webContents)?.push('app.action', { action, window: null });
    },
    ofConnection: (connection) => {
      const contents = links.contentsOf(connection);
      return contents === null ? null : BrowserWindow.fromWebContents(contents);
    },
  };
}
