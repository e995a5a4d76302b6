import { Menu, type MenuItemConstructorOptions, app } from 'electron';

type Item = MenuItemConstructorOptions;

export interface MenuTargets {
  openWindow(): void;
  /** Runs an action of the page's registry in the window in front. */
  runAction(action: string): void;
}

export function installMenu(targets: MenuTargets): void {
  const system = { isMac: process.platform === 'darwin', isRelease: app.isPackaged };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(targets, system)));
}

/**
 * The application menu. Entries that run an action show its key but leave the key to the page, which knows
 * the person's own shortcuts and whether a text field has the focus.
 */
export function menuTemplate(
  { openWindow, runAction }: MenuTargets,
  { isMac, isRelease }: { readonly isMac: boolean; readonly isRelease: boolean },
): Item[] {
  const action = (id: string, label: string, accelerator?: string): Item => ({
    id,
    label,
    click: () => runAction(id),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const line: Item = { type: 'separator' };
  const recentDocuments: Item = { role: 'recentDocuments', submenu: [{ role: 'clearRecentDocuments' }] };
  const leave: Item = { role: isMac ? 'close' : 'quit' };
  const appMenu: Item = { role: 'appMenu' };

  const file: Item = {
    label: 'File',
    submenu: [
      { id: 'window.new', label: 'New window', accelerator: 'CmdOrCtrl+N', click: openWindow },
      action('project.new', 'New project…', 'CmdOrCtrl+Shift+N'),
      action('project.open', 'Open project…', 'CmdOrCtrl+O'),
      ...(isMac ? [recentDocuments] : []),
      line,
      action('images.add', 'Add images…', 'CmdOrCtrl+Shift+O'),
      action('images.add-folder', 'Add a folder of images…'),
      line,
      action('project.import', 'Import…', 'CmdOrCtrl+Shift+I'),
      action('project.export', 'Export…', 'CmdOrCtrl+E'),
      line,
      action('view.settings', 'Settings…', 'CmdOrCtrl+,'),
      line,
      leave,
    ],
  };
  const edit: Item = {
    label: 'Edit',
    submenu: [
      action('edit.undo', 'Undo', 'CmdOrCtrl+Z'),
      action('edit.redo', 'Redo', 'CmdOrCtrl+Shift+Z'),
      line,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
    ],
  };
  const view: Item = {
    label: 'View',
    submenu: [
      action('view.palette', 'Command palette…', 'CmdOrCtrl+K'),
      line,
      action('canvas.zoom-in', 'Zoom in'),
      action('canvas.zoom-out', 'Zoom out'),
      action('canvas.fit', 'Fit the image'),
      action('canvas.actual-size', 'Actual size'),
      line,
      action('view.theme-system', 'Theme of the system'),
      action('view.theme-light', 'Light theme'),
      action('view.theme-dark', 'Dark theme'),
      line,
      { role: 'togglefullscreen' },
      { role: 'reload' },
      // They read and write whatever the page may; in a release nobody is to be talked into opening them.
      ...(isRelease ? [] : [{ role: 'toggleDevTools' } as const]),
    ],
  };
  const model: Item = { label: 'Model', submenu: [action('model.manage', 'Models…', 'CmdOrCtrl+Shift+M')] };
  const help: Item = {
    role: 'help',
    submenu: [
      action('help.shortcuts', 'Keyboard shortcuts', 'CmdOrCtrl+/'),
      action('help.about', 'About PixelLM Studio'),
    ],
  };
  return [...(isMac ? [appMenu] : []), file, edit, view, model, { role: 'windowMenu' }, help];
}
