import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An event that a listener may hold up, as Electron hands out. */
class PreventableEvent {
  isPrevented = false;
  preventDefault(): void {
    this.isPrevented = true;
  }
}

/** Emits and says whether a listener held it up. */
export function emitPreventable(emitter: EventEmitter, name: string, facts: object = {}): boolean {
  const event = Object.assign(new PreventableEvent(), facts);
  emitter.emit(name, event);
  return event.isPrevented;
}

/** Electron's `app`: readiness, paths, the single-instance lock, and the order of events when it quits. */
export class StandinApp extends EventEmitter {
  readonly recentDocuments: string[] = [];
  isSandboxEnabled = false;
  /** What the test decides: whether another instance runs already. */
  hasLock = true;
  /** Closes a window as a person would; returns false when the window stayed. */
  closeWindows: () => boolean = () => true;
  readonly exited: Promise<number>;
  #exit: (code: number) => void = () => undefined;
  #isReady = false;
  readonly #paths = new Map<string, string>();

  constructor() {
    super();
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
  }

  becomeReady(): void {
    this.#isReady = true;
    this.emit('ready');
  }
  isReady(): boolean {
    return this.#isReady;
  }
  whenReady(): Promise<void> {
    return this.#isReady
      ? Promise.resolve()
      : new Promise((resolve) => void this.once('ready', () => resolve()));
  }
  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Failed to set path '${name}': ${path} does not exist`);
    this.#paths.set(name, path);
  }
  getPath(name: string): string {
    return this.#paths.get(name) ?? join(tmpdir(), name);
  }
  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() must be called before app is ready');
    this.isSandboxEnabled = true;
  }
  requestSingleInstanceLock(): boolean {
    return this.hasLock;
  }
  addRecentDocument(path: string): void {
    this.recentDocuments.push(path);
  }
  /** before-quit, then the windows, then will-quit: any of them may hold it up. */
  quit(): void {
    if (emitPreventable(this, 'before-quit') || !this.closeWindows()) return;
    if (!emitPreventable(this, 'will-quit')) this.exit(0);
  }
  /** Ends at once, without asking anyone. */
  exit(code = 0): void {
    this.emit('quit', {}, code);
    this.#exit(code);
  }
}
