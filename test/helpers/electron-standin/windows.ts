import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { BrowserContext, Page } from '@playwright/test';
import { type StandinApp, emitPreventable } from './app.ts';
import type { MessagePortMain, Outlet } from './message-port.ts';
import { type PageLink, linkPage } from './page-link.ts';
import type { StandinMessage } from './preload-world.ts';
import { followDownloads } from './downloads.ts';
import { appAddress, webAddress } from './protocol.ts';
import type { DialogScript, StandinSession } from './system.ts';

export interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly show?: boolean;
  readonly webPreferences: Readonly<Record<string, unknown>> & { readonly preload: string };
}

/** What windows share with the rest of the stand-in. */
export interface Surroundings {
  readonly app: StandinApp;
  readonly ipcMain: EventEmitter;
  readonly secret: string;
  readonly pathsByFileName: Readonly<Record<string, string>>;
  readonly session: StandinSession;
  readonly dialogs: DialogScript;
  context(): BrowserContext;
}

/** Electron's webContents: its page's address, IPC to its preload, and the guards the app sets on it. */
export class StandinContents extends EventEmitter {
  readonly id: number;
  readonly mainFrame: { readonly parent: null; readonly url: string };
  #link: Promise<PageLink> | null = null;
  #mayOpen: (details: { readonly url: string }) => { readonly action: string } = () => ({ action: 'allow' });
  readonly #ports = new Map<string, Outlet>();

  constructor(id: number, currentUrl: () => string) {
    super();
    this.id = id;
    this.mainFrame = {
      parent: null,
      get url() {
        return currentUrl();
      },
    };
  }
  connect(link: Promise<PageLink>): void {
    this.#link = link;
  }
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { readonly action: string }): void {
    this.#mayOpen = handler;
  }
  /** What the app says to a page that wants to open another one. */
  mayOpen(url: string): boolean {
    return this.#mayOpen({ url }).action !== 'deny';
  }
  postMessage(channel: string, message: unknown, ports: readonly MessagePortMain[] = []): void {
    const names = ports.map((port) => this.#transfer(port));
    this.#send({ kind: 'ipc', channel, values: [message], ports: names });
  }
  /** Something the page's preload sent. */
  receive(message: StandinMessage, ipcMain: EventEmitter): void {
    if (message.kind === 'port') this.#ports.get(message.port)?.deliver(message.message);
    else if (message.kind === 'port-closed') this.#ports.get(message.port)?.close();
    else if (message.kind === 'ipc') {
      ipcMain.emit(
        message.channel,
        { sender: this, senderFrame: this.mainFrame, ports: [] },
        ...message.values,
      );
    }
  }
  /** A document is gone, and its ports with it. */
  closePorts(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #transfer(port: MessagePortMain): string {
    const name = randomUUID();
    const intoMain = port.transfer({
      deliver: (message) => this.#send({ kind: 'port', port: name, message }),
      close: () => this.#send({ kind: 'port-closed', port: name }),
    });
    this.#ports.set(name, intoMain);
    return name;
  }
  #send(message: StandinMessage): void {
    void this.#link?.then((link) => link.send(message));
  }
}

/** The BrowserWindow class of one stand-in: each window is a page of its Chromium. */
export function createBrowserWindowClass(surroundings: Surroundings): typeof BrowserWindowShape {
  return class extends BrowserWindowShape {
    constructor(options: WindowOptions) {
      super(options, surroundings);
    }
  };
}

const allWindows = new Map<number, BrowserWindowShape>();
let lastId = 0;

/** Electron's BrowserWindow, as far as the app uses it. */
export class BrowserWindowShape extends EventEmitter {
  readonly id: number;
  readonly options: WindowOptions;
  readonly webContents: StandinContents;
  /** The page, for the test; resolves once it exists. */
  readonly page: Promise<Page>;
  isShown: boolean;
  #bounds: { x: number; y: number; width: number; height: number };
  #isMaximized = false;
  #isMinimized = false;
  #isGone = false;
  #url = 'about:blank';
  readonly #surroundings: Surroundings;

  constructor(options: WindowOptions, surroundings: Surroundings) {
    super();
    lastId += 1;
    this.id = lastId;
    this.options = options;
    this.#surroundings = surroundings;
    this.isShown = options.show !== false;
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width, height: options.height };
    this.webContents = new StandinContents(this.id, () => appAddress(this.#url));
    allWindows.set(this.id, this);
    surroundings.app.emit('web-contents-created', {}, this.webContents);
    this.page = this.#open();
    this.page.catch(() => undefined); // reported by whoever waits for it
  }

  static getAllWindows(): BrowserWindowShape[] {
    return [...allWindows.values()];
  }
  static getFocusedWindow(): BrowserWindowShape | null {
    return [...allWindows.values()].at(-1) ?? null;
  }
  static fromWebContents(contents: StandinContents): BrowserWindowShape | null {
    return allWindows.get(contents.id) ?? null;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.page;
    await page.goto(webAddress(url), { waitUntil: 'load' });
    this.emit('ready-to-show');
  }
  show(): void {
    this.isShown = true;
  }
  focus(): void {
    allWindows.delete(this.id);
    allWindows.set(this.id, this);
    this.emit('focus');
  }
  maximize(): void {
    this.#isMaximized = true;
  }
  isMaximized(): boolean {
    return this.#isMaximized;
  }
  minimize(): void {
    this.#isMinimized = true;
  }
  isMinimized(): boolean {
    return this.#isMinimized;
  }
  restore(): void {
    this.#isMinimized = false;
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return this.#bounds;
  }
  /** The person moves or resizes the window. */
  setBounds(bounds: { x: number; y: number; width: number; height: number }): void {
    this.#bounds = bounds;
  }
  close(): void {
    if (!this.#isGone && !emitPreventable(this, 'close')) this.#leave();
  }

  async #open(): Promise<Page> {
    const { secret, pathsByFileName, ipcMain, context } = this.#surroundings;
    const page = await context().newPage();
    await page.setViewportSize({ width: this.#bounds.width, height: this.#bounds.height });
    const link = linkPage(page, {
      preloadFile: this.options.webPreferences.preload,
      secret,
      pathsByFileName,
      onMessage: (message) => this.webContents.receive(message, ipcMain),
    });
    this.webContents.connect(link);
    this.#followPage(page);
    followDownloads(page, this.webContents, this.#surroundings);
    await link;
    return page;
  }

  /** Chromium asks nobody before it navigates; what the app's guards refuse is undone here. */
  #followPage(page: Page): void {
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) return;
      if (frame.url().split('#')[0] !== this.#url.split('#')[0] || frame.url() === this.#url)
        this.webContents.closePorts();
      this.#url = frame.url();
    });
    page.on('popup', (popup) => {
      if (!this.webContents.mayOpen(popup.url())) void popup.close();
    });
    page.on('dialog', (asked) => {
      const isPassedOver =
        asked.type() === 'beforeunload' && emitPreventable(this.webContents, 'will-prevent-unload');
      void (isPassedOver ? asked.accept() : asked.dismiss());
    });
    page.on('close', () => this.#leave());
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    allWindows.delete(this.id);
    this.webContents.closePorts();
    this.webContents.emit('destroyed');
    this.emit('closed');
    void this.page.then((page) => page.close()).catch(() => undefined);
    if (allWindows.size > 0) return;
    const { app } = this.#surroundings;
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else app.quit();
  }
}
