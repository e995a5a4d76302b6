import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { basename } from 'node:path';

/** Menus are kept as data; the test finds an entry by id and clicks it. */
export interface StandinMenuItem {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly accelerator?: string;
  readonly registerAccelerator?: boolean;
  readonly submenu?: readonly StandinMenuItem[];
  readonly click?: () => void;
}

export class StandinMenu {
  items: readonly StandinMenuItem[] = [];
  static #application: StandinMenu | null = null;

  static buildFromTemplate(items: readonly StandinMenuItem[]): StandinMenu {
    const menu = new StandinMenu();
    menu.items = items;
    return menu;
  }
  static setApplicationMenu(menu: StandinMenu): void {
    StandinMenu.#application = menu;
  }
  static getApplicationMenu(): StandinMenu | null {
    return StandinMenu.#application;
  }
  /** Every entry, in all submenus. */
  flat(items: readonly StandinMenuItem[] = this.items): StandinMenuItem[] {
    return items.flatMap((item) => [item, ...this.flat(item.submenu ?? [])]);
  }
  click(id: string): void {
    const item = this.flat().find((candidate) => candidate.id === id);
    if (!item?.click) throw new Error(`There is no menu entry ${id} to click.`);
    item.click();
  }
}

/** What the app asked a person, and the answers the test gives. */
export interface DialogScript {
  openAnswer: readonly string[] | null;
  saveAnswer: string | null;
  /** The place of the button that is pressed. */
  messageAnswer: number;
  readonly asked: { readonly kind: string; readonly hasParent: boolean; readonly options: unknown }[];
  readonly errors: { readonly title: string; readonly text: string }[];
}

export function createDialog(script: DialogScript): object {
  const note = (kind: string, words: readonly unknown[]): void => {
    script.asked.push({ kind, hasParent: words.length > 1, options: words.at(-1) });
  };
  return {
    async showOpenDialog(...words: unknown[]) {
      note('open', words);
      return { canceled: script.openAnswer === null, filePaths: script.openAnswer ?? [] };
    },
    async showSaveDialog(...words: unknown[]) {
      note('save', words);
      return { canceled: script.saveAnswer === null, filePath: script.saveAnswer ?? '' };
    },
    showMessageBoxSync(...words: unknown[]) {
      note('message', words);
      return script.messageAnswer;
    },
    showErrorBox: (title: string, text: string) => void script.errors.push({ title, text }),
  };
}

type PermissionCheck = (contents: null, permission: string) => boolean;
type PermissionRequest = (contents: null, permission: string, decide: (isAllowed: boolean) => void) => void;

/** Keeps the handlers that the app set, for the test to ask; raises 'will-download'. */
export class StandinSession extends EventEmitter {
  #check: PermissionCheck = () => true;
  #request: PermissionRequest = (_contents, _permission, decide) => decide(true);
  #device: () => boolean = () => true;

  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.#check = handler;
  }
  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#request = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.#device = handler;
  }
  /** Whether a page would get this permission, by any of the ways. */
  async grants(permission: string): Promise<boolean> {
    const requested = await new Promise<boolean>((resolve) => this.#request(null, permission, resolve));
    return requested || this.#check(null, permission);
  }
  grantsDevices(): boolean {
    return this.#device();
  }
}

/** Gives a forked Node process the `process.parentPort` that a utility process has: it starts with its first listener. */
const parentPortShim = `
  const { EventEmitter } = await import('node:events');
  const port = new EventEmitter();
  port.on('newListener', (name) => {
    if (name !== 'message' || port.listenerCount('message') > 0) return;
    setImmediate(() => process.on('message', (data) => port.emit('message', { data, ports: [] })));
  });
  port.postMessage = (message) => process.send(message);
  process.parentPort = port;
  process.on('disconnect', () => process.exit(0));
`;

class StandinUtilityProcess extends EventEmitter {
  readonly #child;

  constructor(file: string, words: readonly string[]) {
    super();
    this.#child = fork(file, [...words], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(parentPortShim)}`],
    });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('exit', (code) => this.emit('exit', code ?? 1));
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }
  postMessage(message: unknown): void {
    this.#child.send(message as object);
  }
  kill(): boolean {
    return this.#child.kill();
  }
}

/** Names of the files that were started, for the test to see. */
export const startedUtilityProcesses: string[] = [];

export const utilityProcess = {
  fork(file: string, words: readonly string[] = []): StandinUtilityProcess {
    startedUtilityProcesses.push(basename(file));
    return new StandinUtilityProcess(file, words);
  },
};
