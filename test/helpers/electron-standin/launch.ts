import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, type Page, chromium } from '@playwright/test';
import { browserFlags } from '../../find-browser.ts';
import { StandinApp } from './app.ts';
import { MessageChannelMain } from './message-port.ts';
import { StandinProtocol } from './protocol.ts';
import { type DialogScript, StandinMenu, StandinSession, createDialog, utilityProcess } from './system.ts';
import { BrowserWindowShape, createBrowserWindowClass } from './windows.ts';

/** The running app, as a test sees and pokes it. */
export interface LaunchedDesktop {
  readonly app: StandinApp;
  readonly ipcMain: EventEmitter;
  readonly menu: () => StandinMenu;
  readonly dialogs: DialogScript;
  readonly session: StandinSession;
  readonly opened: readonly string[];
  readonly context: BrowserContext;
  windows(): readonly BrowserWindowShape[];
  /** The page of the window that was opened last. */
  lastPage(): Promise<Page>;
  /** Quits as a person does, and waits for the end; returns the exit code. */
  quit(): Promise<number>;
}

export interface LaunchOptions {
  /** The app's own built main file, run unchanged. */
  readonly mainFile: string;
  /** Words after the program's name. */
  readonly words?: readonly string[];
  readonly executablePath: string;
  readonly hasLock?: boolean;
  /** What webUtils.getPathForFile says of a file of this name. */
  readonly pathsByFileName?: Readonly<Record<string, string>>;
}

/**
 * Runs an app's main file in this process on a stand-in of Electron over Chromium: once per process, since a
 * main file cannot be run twice. It tests the app's logic, not Electron; what is not faithful is listed in
 * electron/hosts/README.md.
 */
export async function launchDesktop(options: LaunchOptions): Promise<LaunchedDesktop> {
  const app = new StandinApp();
  app.hasLock = options.hasLock ?? true;
  app.closeWindows = closeAllWindows;
  const dialogs: DialogScript = {
    ...{ openAnswer: null, saveAnswer: null, messageAnswer: 0 },
    ...{ asked: [], errors: [] },
  };
  const session = new StandinSession();
  const opened: string[] = [];
  const ipcMain = new EventEmitter();
  const protocol = new StandinProtocol(() => app.isReady());
  const { browser, context, remove } = await openChromium(options.executablePath);
  await protocol.serveInto(context);
  void app.exited.then(async () => {
    await browser.close();
    remove();
  });

  provideElectron({
    app,
    ipcMain,
    protocol,
    utilityProcess,
    MessageChannelMain,
    Menu: StandinMenu,
    dialog: createDialog(dialogs),
    session: { defaultSession: session },
    shell: { openExternal: async (url: string) => void opened.push(url) },
    // A system without a keychain.
    safeStorage: { isEncryptionAvailable: () => false },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    BrowserWindow: createBrowserWindowClass({
      app,
      ipcMain,
      secret: randomBytes(8).toString('hex'),
      pathsByFileName: options.pathsByFileName ?? {},
      session,
      dialogs,
      context: () => context,
    }),
  });
  process.argv = [process.execPath, options.mainFile, ...(options.words ?? [])];
  await importNatively(pathToFileURL(options.mainFile).href);
  app.becomeReady();

  return {
    app,
    ipcMain,
    dialogs,
    session,
    opened,
    context,
    menu: () => StandinMenu.getApplicationMenu() ?? new StandinMenu(),
    windows: () => BrowserWindowShape.getAllWindows(),
    async lastPage() {
      const window = BrowserWindowShape.getAllWindows().at(-1);
      if (!window) throw new Error('No window is open.');
      return window.page;
    },
    async quit() {
      app.quit();
      return app.exited;
    },
  };
}

/** Makes `import { app } from 'electron'` give these, for everything imported afterwards. */
function provideElectron(electron: Record<string, unknown>): void {
  Object.assign(globalThis, { electronStandin: electron });
  const exports = Object.keys(electron).map(
    (name) => `export const ${name} = globalThis.electronStandin.${name};`,
  );
  const source = `data:text/javascript,${encodeURIComponent(exports.join('\n'))}`;
  const hook = `export const resolve = (name, context, next) =>
    name === 'electron' ? { url: ${JSON.stringify(source)}, format: 'module', shortCircuit: true } : next(name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

/** Node's own import: the test runner's would transform the file, and it must run as it was built. */
async function importNatively(url: string): Promise<void> {
  const trampoline = 'data:text/javascript,export const load = (url) => import(url);';
  const { load } = (await import(trampoline)) as { load(url: string): Promise<unknown> };
  await load(url);
}

async function openChromium(
  executablePath: string,
): Promise<{ readonly browser: Browser; readonly context: BrowserContext; remove(): void }> {
  const downloads = mkdtempSync(join(tmpdir(), 'pixellm-standin-'));
  const browser = await chromium.launch({
    executablePath,
    downloadsPath: downloads,
    args: [...browserFlags],
  });
  const context = await browser.newContext();
  return { browser, context, remove: () => rmSync(downloads, { recursive: true, force: true }) };
}

function closeAllWindows(): boolean {
  for (const window of BrowserWindowShape.getAllWindows()) window.close();
  return BrowserWindowShape.getAllWindows().length === 0;
}
