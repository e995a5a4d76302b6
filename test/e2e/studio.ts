import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type Browser, type Page, test as base } from '@playwright/test';
import { printedAddress } from '../helpers/printed-address.ts';

/** One running app with folders of its own, through whichever door this run tests. */
export interface Studio {
  readonly door: Door;
  /** The first window, opened and connected. */
  readonly page: Page;
  /** Holds data/ and projects/; gone when the test ends. */
  readonly folder: string;
  /** Ends the app as a crash would and starts it again on the same folders. */
  restart(): Promise<Page>;
  /** A second window on the same app; null where the door has only one (desktop). */
  secondWindow(): Promise<Page | null>;
  /** The process that runs the model; null while none runs. Not on Windows, which cannot list processes so. */
  inferenceProcess(): number | null;
  /** The address that lets the next browser in, as printed last; only the browser door has one. */
  readonly printedLast: () => string;
  /** Runs what makes the app save a file, as a download or through the native dialog; returns the file's path. */
  saveFile(action: () => Promise<void>): Promise<string>;
  /** Runs what makes the app ask for a file and gives it this one. */
  chooseFile(path: string, action: () => Promise<void>): Promise<void>;
}

interface RunningDoor extends Pick<Studio, 'page' | 'printedLast' | 'saveFile' | 'chooseFile'> {
  readonly process: ChildProcess;
  readonly openWindow: (() => Promise<Page>) | null;
  kill(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Door = 'browser' | 'desktop';

/** Electron's binary, where it was ever fetched: the package alone does not bring it. */
export function electronBinary(): string | null {
  const folder = join(createRequire(import.meta.url).resolve('electron/package.json'), '..', 'dist');
  const names = ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron'];
  return names.map((name) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

export const test = base.extend<{ studio: Studio }, { door: Door }>({
  door: ['browser', { option: true, scope: 'worker' }],
  studio: async ({ browser, door }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'pixellm-e2e-'));
    const open = (): Promise<RunningDoor> =>
      door === 'desktop' ? openDesktop(folder) : openBrowserDoor(folder, browser);
    let running = await open();
    await use({
      get page() {
        return running.page;
      },
      door,
      folder,
      inferenceProcess: () => inferenceProcessOf(running.process),
      async restart() {
        await running.kill();
        running = await open();
        return running.page;
      },
      secondWindow: async () => (running.openWindow ? running.openWindow() : null),
      printedLast: () => running.printedLast(),
      saveFile: (action) => running.saveFile(action),
      chooseFile: (path, action) => running.chooseFile(path, action),
    });
    await running.kill();
    await rm(folder, { recursive: true, force: true });
  },
});

export { expect } from '@playwright/test';

function environmentOf(folder: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(inherited),
    PIXELLM_DATA: join(folder, 'data'),
    PIXELLM_PROJECTS: join(folder, 'projects'),
  };
}

async function openBrowserDoor(folder: string, browser: Browser): Promise<RunningDoor> {
  const server = spawn(
    process.execPath,
    [join(root, 'dist/node/cli.js'), 'serve', '--port', '0', '--root', folder],
    {
      env: environmentOf(folder),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const url = await printedAddress(server);
  let printed = url;
  server.stdout?.on(
    'data',
    (chunk: Buffer) => (printed = /http:\/\/\S+/u.exec(String(chunk))?.[0] ?? printed),
  );
  const page = await context.newPage();
  await page.goto(url);
  return {
    page,
    process: server,
    printedLast: () => printed,
    async saveFile(action) {
      const [download] = await Promise.all([page.waitForEvent('download'), action()]);
      return download.path();
    },
    async chooseFile(path, action) {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), action()]);
      await chooser.setFiles(path);
    },
    openWindow: async () => {
      // A window beside the first, not a tab over it: what lies under another is drawn once a second. The cookie of the first visit lets it in.
      const address = new URL('/', url).href;
      const [second] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate(
          (to) => void window.open(to, '_blank', 'popup,noopener,width=1440,height=900'),
          address,
        ),
      ]);
      await second.setViewportSize({ width: 1440, height: 900 });
      await second.waitForLoadState();
      return second;
    },
    kill: async () => {
      const ended = exitOf(server);
      server.kill('SIGKILL');
      await ended;
      await context.close();
    },
  };
}

/** Forked by Node, it is named by its bundle; Electron's utility processes are named by their kind. */
function inferenceProcessOf({ pid: app }: ChildProcess): number | null {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, words] = /^\s*(\d+)\s+(\d+)\s+(.*)$/u.exec(line) ?? [];
      return words === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), words }];
    });
  const isOurs = (parent: number): boolean =>
    parent === app || processes.some(({ pid, parent: above }) => pid === parent && isOurs(above));
  const found = processes.find(
    ({ parent, words }) => /inference\.js|node\.mojom\.NodeService/u.test(words) && isOurs(parent),
  );
  return found?.pid ?? null;
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

async function openDesktop(folder: string): Promise<RunningDoor> {
  const app = await _electron.launch({ args: [root], env: environmentOf(folder), cwd: root });
  const page = await app.firstWindow();
  return {
    page,
    process: app.process(),
    printedLast: () => {
      throw new Error('The desktop door prints no address.');
    },
    async saveFile(action) {
      const path = join(folder, `saved-${Date.now()}.json`);
      await app.evaluate(({ dialog, session }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
        // What the page made itself is a download; a path that is set shows no dialog.
        session.defaultSession.once('will-download', (_event, item) => item.setSavePath(filePath));
      }, path);
      await action();
      return path;
    },
    async chooseFile(path, action) {
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
      }, path);
      await action();
    },
    openWindow: null,
    kill: async () => {
      const process = app.process();
      const ended = exitOf(process);
      process.kill('SIGKILL');
      await ended;
    },
  };
}
