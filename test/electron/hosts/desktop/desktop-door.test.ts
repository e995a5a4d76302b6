import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { aModelFolder } from '../../../helpers/a-model-folder.ts';
import { startedUtilityProcesses } from '../../../helpers/electron-standin/system.ts';
import type { LaunchedDesktop } from '../../../helpers/electron-standin/launch.ts';
import { canLaunchDesktop, launchApp } from '../../../helpers/launch-app.ts';

/**
 * Asks the backend from inside the page, with the bare frames of the protocol. The page must be a bare one:
 * a window has one port at a time, and the app's own page would take it back.
 */
async function ask(page: Page, name: string, input: object): Promise<unknown> {
  return page.evaluate(
    ({ request }) =>
      new Promise((resolve) => {
        const receive = (event: MessageEvent): void => {
          const [port] = event.ports;
          if (event.data !== 'pixellm:port' || !port) return;
          window.removeEventListener('message', receive);
          port.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
            if (data.type === 'result' || data.type === 'error') resolve(data);
          });
          port.start();
          port.postMessage(request);
        };
        window.addEventListener('message', receive);
        window.pixellm?.connect();
      }),
    { request: { type: 'request', id: 1, name, input } },
  );
}

describe.skipIf(!canLaunchDesktop)('the desktop door, on a stand-in of Electron', () => {
  let folder: string;
  let desktop: LaunchedDesktop;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pixellm-desktop-'));
    desktop = await launchApp(folder, { pathsByFileName: { 'cup.png': '/photos/cup.png' } });
    await vi.waitUntil(() => desktop.windows().length === 1, { timeout: 20_000 });
    page = await desktop.lastPage();
    await page.waitForFunction(() => document.readyState === 'complete' && document.title !== '');
  });
  afterAll(async () => {
    await desktop.quit();
    await rm(folder, { recursive: true, force: true });
  });

  test('a window opens on the page, sandboxed, without Node, shown once there is something to see', async () => {
    const [window] = desktop.windows();
    expect(window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    expect(desktop.app.isSandboxEnabled).toBe(true);
    await expect.poll(() => window?.isShown).toBe(true);
    expect(await page.title()).toContain('PixelLM');
  });

  test('the page sees the two functions of the preload and nothing else of Electron or Node', async () => {
    const seen = await page.evaluate(() => ({
      bridge: Object.entries(window.pixellm ?? {}).map(([name, value]) => `${name}: ${typeof value}`),
      isFrozen: Object.isFrozen(window.pixellm),
      leaks: ['require', 'process', 'module', 'ipcRenderer', 'Buffer'].filter((name) => name in window),
    }));
    expect(seen).toEqual({ bridge: ['connect: function', 'pathOf: function'], isFrozen: true, leaks: [] });
  });

  test('the page is served with the strict policy, under the app scheme only', async () => {
    const response = await page.request.fetch(page.url()).catch(() => null);
    expect(response).toBeNull(); // the address exists inside the window only
    const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
    expect(policy).toContain("default-src 'none'");
    expect(await page.evaluate(async () => (await fetch('/../package.json')).status)).toBe(404);
    expect(await page.evaluate(async () => (await fetch('/', { method: 'POST' })).status)).toBe(404);
  });

  test('an inline script is refused by the policy', async () => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineScriptRan = true';
      document.body.append(script);
      return 'inlineScriptRan' in window;
    });
    expect(ran).toBe(false);
  });

  test('the app itself connects and shows its start page', async () => {
    await page.getByRole('button').first().waitFor();
    expect(await page.locator('body').innerText()).not.toContain('did not open a channel');
  });

  test('the page talks to the backend over its port', async () => {
    await page.goto(new URL('/bare', page.url()).href);
    expect(await ask(page, 'app.info', {})).toMatchObject({ type: 'result', value: { door: 'desktop' } });
    expect(await ask(page, 'no.such', {})).toMatchObject({
      type: 'error',
      error: { code: 'unknown-method' },
    });
  });

  test('a native dialog belongs to the window that asked', async () => {
    desktop.dialogs.openAnswer = ['/photos/cup.png', '/photos/cat.jpg'];
    const input = { title: 'Add images', want: 'images', multiple: true };
    expect(await ask(page, 'dialog.open', input)).toMatchObject({
      type: 'result',
      value: { paths: ['/photos/cup.png', '/photos/cat.jpg'] },
    });
    expect(desktop.dialogs.asked.at(-1)).toMatchObject({
      kind: 'open',
      hasParent: true,
      options: { title: 'Add images', properties: ['openFile', 'multiSelections'] },
    });
    desktop.dialogs.saveAnswer = '/photos/masks.json';
    const save = { title: 'Export', suggestedName: 'masks.json', extension: 'json' };
    expect(await ask(page, 'dialog.save', save)).toMatchObject({ value: { path: '/photos/masks.json' } });
    desktop.dialogs.openAnswer = null;
    expect(await ask(page, 'dialog.open', input)).toMatchObject({ type: 'result', value: null });
  });

  test('the model runs in a utility process, which answers over its parent port', async () => {
    const model = await aModelFolder(join(folder, 'damaged model'));
    await ask(page, 'settings.set', { provider: 'cpu' }); // the others would be tried first
    expect(await ask(page, 'models.load', { folder: model })).toMatchObject({
      error: { code: 'forbidden-path', message: expect.stringContaining('was not chosen in a dialog') },
    });
    desktop.dialogs.openAnswer = [model];
    await ask(page, 'dialog.open', { title: 'A model', want: 'model', multiple: false });
    expect(await ask(page, 'models.load', { folder: model })).toMatchObject({
      type: 'error',
      error: { code: 'model-damaged', message: expect.stringContaining('damaged model is not whole') },
    });
    expect(startedUtilityProcesses).toContain('inference.js');
  });

  test('only web addresses are handed to the browser', async () => {
    expect(await ask(page, 'app.openExternal', { url: 'https://example.org/paper' })).toMatchObject({
      type: 'result',
    });
    expect(await ask(page, 'app.openExternal', { url: 'file:///etc/passwd' })).toMatchObject({
      type: 'error',
      error: { code: 'bad-input' },
    });
    expect(desktop.opened).toEqual(['https://example.org/paper']);
  });

  test('the path of a dropped file is known, that of pasted bytes is not', async () => {
    const paths = await page.evaluate(() => {
      const pathOf = (name: string): string | undefined => window.pixellm?.pathOf(new File(['x'], name));
      return [pathOf('cup.png'), pathOf('pasted.png')];
    });
    expect(paths).toEqual(['/photos/cup.png', '']);
  });

  test('permissions are refused, except writing text to the clipboard', async () => {
    const asked = ['media', 'geolocation', 'notifications', 'midi', 'clipboard-read', 'fileSystem', 'hid'];
    const granted = await Promise.all(asked.map((permission) => desktop.session.grants(permission)));
    expect(granted).toEqual(asked.map(() => false));
    expect(await desktop.session.grants('clipboard-sanitized-write')).toBe(true);
    expect(desktop.session.grantsDevices()).toBe(false);
  });

  test('the window cannot be led away, framed or made to open another one', () => {
    const contents = desktop.windows()[0]!.webContents;
    const isStopped = (name: string, facts: object): boolean => {
      let stopped = false;
      contents.emit(name, { ...facts, preventDefault: () => (stopped = true) });
      return stopped;
    };
    expect(isStopped('will-navigate', { url: 'https://evil.example/' })).toBe(true);
    expect(isStopped('will-navigate', { url: 'file:///etc/passwd' })).toBe(true);
    expect(isStopped('will-navigate', { url: 'app://pixellm.evil.example/' })).toBe(true);
    expect(isStopped('will-frame-navigate', { url: 'app://pixellm/', isMainFrame: false })).toBe(true);
    expect(isStopped('will-attach-webview', {})).toBe(true);
    expect(contents.mayOpen('https://evil.example/')).toBe(false);
  });

  test('a page that is not the app gets no port', async () => {
    const contents = desktop.windows()[0]!.webContents;
    const posted: unknown[] = [];
    const sender = Object.assign(Object.create(contents), {
      postMessage: (...words: unknown[]) => posted.push(words),
    });
    const ask = (senderFrame: object | null): void => {
      desktop.ipcMain.emit('pixellm:connect', { sender, senderFrame, ports: [] });
    };
    ask({ parent: null, url: 'https://evil.example/' });
    ask({ parent: {}, url: 'app://pixellm/' });
    ask(null);
    expect(posted).toEqual([]);
  });

  test('a menu entry reaches the window in front as an action', async () => {
    const heard = page.evaluate(
      () =>
        new Promise((resolve) => {
          const receive = (event: MessageEvent): void => {
            const [port] = event.ports;
            if (event.data !== 'pixellm:port' || !port) return;
            window.removeEventListener('message', receive);
            port.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
              if (data.type === 'push') resolve(data);
            });
            port.start();
            document.documentElement.dataset['state'] = 'listening';
          };
          window.addEventListener('message', receive);
          window.pixellm?.connect();
        }),
    );
    await page.waitForFunction(() => document.documentElement.dataset['state'] === 'listening');
    desktop.menu().click('project.export');
    expect(await heard).toEqual({
      type: 'push',
      name: 'app.action',
      payload: { action: 'project.export', window: null },
    });
  });

  test('menu entries that run actions show their key and leave it to the page', () => {
    const entries = desktop
      .menu()
      .flat()
      .filter((item) => item.accelerator !== undefined && item.id !== 'window.new');
    expect(entries.length).toBeGreaterThan(8);
    expect(entries.filter((item) => item.registerAccelerator !== false)).toEqual([]);
  });

  test('a second launch brings the window to the front, or opens the project it names', async () => {
    desktop.windows()[0]!.minimize();
    desktop.app.emit('second-instance', {}, ['electron', '--some-switch'], folder);
    expect([desktop.windows().length, desktop.windows()[0]!.isMinimized()]).toEqual([1, false]);

    mkdirSync(join(folder, 'my cups'));
    desktop.app.emit('second-instance', {}, ['electron', 'my cups'], folder);
    expect(desktop.windows()).toHaveLength(2);
    const second = await desktop.lastPage();
    await second.waitForURL((url) => decodeURIComponent(url.hash) === `#open=${join(folder, 'my cups')}`);
  });

  test('a folder opened from the system opens in a window of its own', async () => {
    const before = desktop.windows().length;
    let isHandled = false;
    desktop.app.emit('open-file', { preventDefault: () => (isHandled = true) }, join(folder, 'my cups'));
    expect([isHandled, desktop.windows().length]).toEqual([true, before + 1]);
    await (await desktop.lastPage()).waitForURL((url) => url.hash.startsWith('#open='));
    desktop.windows().at(-1)?.close();
  });

  test('a new window opens where the last one was closed', async () => {
    const bounds = { x: 200, y: 120, width: 1100, height: 700 };
    const last = desktop.windows().at(-1)!;
    last.setBounds(bounds);
    last.close();
    desktop.menu().click('window.new');
    const [, reopened] = desktop.windows();
    expect(reopened?.getNormalBounds()).toEqual(bounds);
    reopened?.close();
    expect(desktop.windows()).toHaveLength(1);
  });

  test('a page with something unfinished is left only when the person says so, in a dialog of its window', async () => {
    desktop.menu().click('window.new');
    const leaving = await desktop.lastPage();
    await leaving.waitForFunction(() => document.readyState === 'complete' && document.title !== '');
    await leaving.evaluate(() => {
      window.addEventListener('beforeunload', (event) => event.preventDefault());
      document.body.dataset['isOld'] = 'yes';
    });
    // A page that nobody touched is not asked.
    await leaving.mouse.click(5, 5);
    const asked = () => desktop.dialogs.asked.filter(({ kind }) => kind === 'message');
    const reload = () => leaving.evaluate(() => setTimeout(() => location.reload(), 0));
    const isOld = () => leaving.evaluate(() => document.body?.dataset['isOld'] === 'yes').catch(() => null);
    desktop.dialogs.messageAnswer = 0;
    await reload();
    await expect.poll(asked).toMatchObject([{ hasParent: true, options: { buttons: ['Stay', 'Leave'] } }]);
    expect(await isOld()).toBe(true);
    desktop.dialogs.messageAnswer = 1;
    await reload();
    await expect.poll(isOld, { timeout: 10_000 }).toBe(false);
    expect(asked()).toHaveLength(2);
    desktop.windows().at(-1)?.close();
  });

  test('projects that were opened are among the recent documents of the system', async () => {
    expect(await ask(page, 'project.create', { name: 'Cups', parent: null })).toMatchObject({
      type: 'result',
    });
    expect(desktop.app.recentDocuments).toEqual([expect.stringContaining('Cups')]);
    expect(existsSync(desktop.app.recentDocuments[0]!)).toBe(true);
  });

  test('a second launch with a project shows it in a window of its own', async () => {
    desktop.app.emit('second-instance', {}, ['electron', desktop.app.recentDocuments[0]], folder);
    const second = await desktop.lastPage();
    await second.getByText('Cups').first().waitFor();
    desktop.windows().at(-1)?.close();
  });
});

declare global {
  interface Window {
    readonly pixellm?: { connect(): void; pathOf(file: File): string };
  }
}
