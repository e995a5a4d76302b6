/** The line to whoever started this process: Node's fork or Electron's utilityProcess. */
export interface ParentChannel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** The part of Electron's process.parentPort that is used; Node's types do not know it. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** Ends this process when its parent is gone: nobody is left to ask. */
export function openParentChannel(): ParentChannel {
  const port = (process as { readonly parentPort?: ParentPort }).parentPort; // only there in a utilityProcess
  if (port) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    };
  }
  process.on('disconnect', () => process.exit(0));
  if (!process.connected) process.exit(0); // it went while this process was still being loaded
  return {
    send(message) {
      // A parent that has gone cannot read it; 'disconnect' ends this process.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => void process.on('message', listener),
  };
}
