import { EventEmitter } from 'node:events';

/** Where a port's messages go: its twin in this process, or a page. */
export interface Outlet {
  deliver(message: unknown): void;
  close(): void;
}

/**
 * Electron's MessagePortMain: an event emitter that keeps messages until `start`, delivers copies, later,
 * and tells both ends when one closes.
 */
export class MessagePortMain extends EventEmitter {
  #early: unknown[] = [];
  #isStarted = false;
  #isClosed = false;
  #outlet: Outlet | null = null;
  #page: Outlet | null = null;

  connect(outlet: Outlet): void {
    this.#outlet = outlet;
  }

  /** Moves this end into a page: what its twin posts goes there. Returns where the page's own messages go. */
  transfer(page: Outlet): Outlet {
    if (!this.#outlet) throw new Error('A port without a twin cannot be transferred.');
    this.#page = page;
    for (const message of this.#early.splice(0)) page.deliver(message);
    return this.#outlet;
  }

  postMessage(message: unknown): void {
    const outlet = this.#outlet;
    if (this.#isClosed || !outlet) return;
    const copy: unknown = structuredClone(message);
    setImmediate(() => outlet.deliver(copy));
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const message of this.#early.splice(0)) this.receive(message);
  }

  close(): void {
    const outlet = this.#outlet;
    this.closeHere();
    setImmediate(() => outlet?.close());
  }

  /** The far end's side of `postMessage`. */
  receive(message: unknown): void {
    if (this.#isClosed) return;
    if (this.#page) this.#page.deliver(message);
    else if (this.#isStarted) this.emit('message', { data: message, ports: [] });
    else this.#early.push(message);
  }

  /** The far end's side of `close`. */
  closeHere(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#page?.close();
    setImmediate(() => this.emit('close'));
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    const into = (port: MessagePortMain): Outlet => ({
      deliver: (message) => port.receive(message),
      close: () => port.closeHere(),
    });
    this.port1.connect(into(this.port2));
    this.port2.connect(into(this.port1));
  }
}
