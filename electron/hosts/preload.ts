import { contextBridge, ipcRenderer, webUtils } from 'electron';

/** The page's own window, as far as it is used; this room is compiled without the DOM's types. */
declare const window: {
  postMessage(message: string, targetOrigin: string, ports: readonly unknown[]): void;
};

/**
 * All that the page gets from Electron: its message port, and the paths of files dropped on it. The names
 * of the channels are written out here and in desktop/window-links.ts: a preload shares no code with main.
 */
contextBridge.exposeInMainWorld('pixellm', {
  /** Asks for this window's port, which arrives as a window message 'pixellm:port'. */
  connect: () => ipcRenderer.send('pixellm:connect'),
  /** The path of a dropped or picked file; empty for one that is not on a disk. From then on the app lets this page read it. */
  pathOf(file: File): string {
    const path = webUtils.getPathForFile(file);
    // Waits for main: the page's very next message may speak of this path, and goes by another way.
    if (path !== '') ipcRenderer.sendSync('pixellm:dropped', path);
    return path;
  },
});

// A port cannot cross the context bridge, so it goes by a window message; `*`, since it is sent to this very window.
ipcRenderer.on('pixellm:port', (event) => window.postMessage('pixellm:port', '*', event.ports));
