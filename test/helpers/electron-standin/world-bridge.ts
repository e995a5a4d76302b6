/**
 * contextBridge between the page's world and the preload's, as it runs inside Chromium: values cross as
 * the detail of events on the document, which the browser clones from one world into the other at once.
 * Sent to both worlds as its own source, so it may use nothing from outside itself.
 *
 * @param world which of the two this is
 * @param secret keeps the page from guessing the events' names
 * @returns what exposes an object of functions in the other world
 */
export function installWorldBridge(
  world: 'page' | 'preload',
  secret: string,
): { expose(name: string, api: Record<string, (...values: unknown[]) => unknown>): void } {
  const far = world === 'page' ? 'preload' : 'page';
  const functions = new Map<string, (...values: unknown[]) => unknown>();
  const send = (kind: string, detail: unknown): void => {
    document.dispatchEvent(new CustomEvent(`${secret}-${far}-${kind}`, { detail }));
  };
  const listen = (kind: string, listener: (detail: never) => void): void => {
    document.addEventListener(`${secret}-${world}-${kind}`, (event) =>
      listener((event as CustomEvent).detail as never),
    );
  };

  interface Reply {
    readonly value?: unknown;
    readonly error?: Error;
  }
  let reply: Reply | null = null;
  listen('reply', (detail: Reply) => {
    reply = detail;
  });
  listen('call', ({ name, values }: { name: string; values: unknown[] }) => {
    try {
      send('reply', { value: functions.get(name)?.(...values) });
    } catch (error) {
      send('reply', { error });
    }
  });
  /** Events are delivered before dispatchEvent returns, so the reply is there. */
  const callFar = (name: string, values: unknown[]): unknown => {
    reply = null;
    send('call', { name, values });
    const answered = reply as Reply | null;
    if (!answered) throw new Error('stand-in: the other world does not answer');
    if (answered.error) throw answered.error;
    return answered.value;
  };
  listen('expose', ({ name, methods }: { name: string; methods: string[] }) => {
    const proxy = Object.fromEntries(
      methods.map((method) => [method, (...values: unknown[]) => callFar(`${name}.${method}`, values)]),
    );
    Object.defineProperty(window, name, { value: Object.freeze(proxy), enumerable: true });
  });

  return {
    expose(name, api) {
      for (const [method, run] of Object.entries(api)) functions.set(`${name}.${method}`, run);
      send('expose', { name, methods: Object.keys(api) });
    },
  };
}
