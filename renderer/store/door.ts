/** The door this window came by, as the page can tell. */

/** What the desktop door's preload puts into the page. */
export interface DesktopBridge {
  /** Asks for a message port, which then arrives as a window message 'pixellm:port'. */
  connect(): void;
  pathOf(file: File): string;
}

declare global {
  interface Window {
    readonly pixellm?: DesktopBridge;
  }
}

/** True in the desktop window: native dialogs and real paths are there. */
export function isDesktop(): boolean {
  return bridge() !== undefined;
}

/** The path of a dropped or picked file; null where the door does not know it (the browser). */
export function pathOfFile(file: File): string | null {
  const path = bridge()?.pathOf(file) ?? '';
  return path === '' ? null : path;
}

/** Store tests run without a page. */
export function bridge(): DesktopBridge | undefined {
  return typeof window === 'undefined' ? undefined : window.pixellm;
}
