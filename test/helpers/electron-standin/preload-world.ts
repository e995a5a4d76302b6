import type { ValueCodec } from './value-codec.ts';

/** What travels between a page's preload world and the main process. */
export type StandinMessage =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'ipc';
      readonly channel: string;
      readonly values: readonly unknown[];
      readonly ports: readonly string[];
    }
  | { readonly kind: 'port'; readonly port: string; readonly message: unknown }
  | { readonly kind: 'port-closed'; readonly port: string };

/**
 * What a sandboxed preload finds: `require('electron')` with contextBridge, ipcRenderer and webUtils.
 * Sent to the preload's world as its own source, so it may use nothing from outside itself.
 *
 * @param expose contextBridge.exposeInMainWorld
 * @param send   text to the main process
 * @returns `require`, and what takes text from the main process
 */
export function createPreloadWorld({
  expose,
  codec,
  send,
  pathsByFileName,
}: {
  readonly expose: (name: string, api: Record<string, (...values: unknown[]) => unknown>) => void;
  readonly codec: ValueCodec;
  readonly send: (text: string) => void;
  readonly pathsByFileName: Readonly<Record<string, string>>;
}): { require(name: string): unknown; receive(text: string): void } {
  const listeners = new Map<string, ((event: unknown, ...values: unknown[]) => void)[]>();
  const ports = new Map<string, MessagePort>();
  const tell = (message: StandinMessage): void => send(codec.encode(message));

  const ipcRenderer = {
    send: (channel: string, ...values: unknown[]) => tell({ kind: 'ipc', channel, values, ports: [] }),
    // All messages of the page go by one socket, in order: what follows finds this one done.
    sendSync(channel: string, ...values: unknown[]) {
      tell({ kind: 'ipc', channel, values, ports: [] });
      return true;
    },
    on(channel: string, listener: (event: unknown, ...values: unknown[]) => void) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
  };
  /** The page's end of a port whose other end lives in the main process. */
  const openPort = (name: string): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(name, port1);
    port1.addEventListener('message', (event) =>
      tell({ kind: 'port', port: name, message: event.data as unknown }),
    );
    port1.addEventListener('close', () => tell({ kind: 'port-closed', port: name }));
    port1.start();
    return port2;
  };

  const electron = {
    contextBridge: { exposeInMainWorld: expose },
    ipcRenderer,
    webUtils: { getPathForFile: (file: File) => pathsByFileName[file.name] ?? '' },
  };
  return {
    require(name) {
      if (name === 'electron' || name === 'electron/renderer') return electron;
      throw new Error(`module not found: ${name} (a sandboxed preload may require electron only)`);
    },
    receive(text) {
      const message = codec.decode(text) as StandinMessage;
      if (message.kind === 'port') ports.get(message.port)?.postMessage(message.message);
      else if (message.kind === 'port-closed') ports.get(message.port)?.close();
      else if (message.kind === 'ipc') {
        const event = { ports: message.ports.map(openPort) };
        for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.values);
      }
    },
  };
}
