import { type AppContract, contract } from '../../electron/common/contract.ts';
import { AppError } from '../../electron/common/errors.ts';
import { type Client, createClient } from '../../electron/common/rpc/client.ts';
import { askAdmission, statusNotAdmitted } from '../../electron/common/rpc/admission.ts';
import { portWire } from '../../electron/common/rpc/port-wire.ts';
import { webSocketWire } from '../../electron/common/rpc/web-socket-wire.ts';
import { type DesktopBridge, bridge } from './door.ts';

/**
 * The window's connection to the backend, whichever door it came through. `backend()` is the one that stands;
 * after a loss `connectBackend` makes a new one.
 */

export type StudioClient = Client<AppContract>;

/** This window among several on one project. */
export const windowId: string = crypto.randomUUID();

let current: StudioClient | null = null;

/** @throws AppError 'connection-closed' before the first connection */
export function backend(): StudioClient {
  if (current === null)
    throw new AppError('connection-closed', 'The window is not connected to the app yet.');
  return current;
}

/** @forTests they bring their own client; the product uses connectBackend */
export function useClient(client: StudioClient | null): void {
  current = client;
}

/**
 * Connects through the door this page came by.
 *
 * @throws AppError 'connection-closed' when nobody answers within `timeoutMs`
 */
export async function connectBackend(timeoutMs = 10_000): Promise<StudioClient> {
  const desktop = bridge();
  const client =
    desktop === undefined ? await connectSocket(timeoutMs) : await connectPort(desktop, timeoutMs);
  current = client;
  return client;
}

function connectSocket(timeoutMs: number): Promise<StudioClient> {
  const address = new URL('rpc', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = '';
  const socket = new WebSocket(address);
  const admission = askAdmission(webSocketWire(socket, 'page'), launchKey());
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(
        new AppError('connection-closed', 'The app does not answer at its address.', {
          address: address.host,
        }),
      );
    };
    const timer = setTimeout(() => {
      socket.close();
      fail();
    }, timeoutMs);
    void admission.then((wire) => {
      clearTimeout(timer);
      resolve(createClient(contract, wire));
    });
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(timer);
      if (code === statusNotAdmitted) reject(notAdmitted());
      else fail();
    });
  });
}

/** Where the key of the launch is kept: storage belongs to one port of a host, unlike cookies. A new window finds it there. */
const keyPlace = 'pixellm.key';

/** What the door told this page, or another of this browser, when it was let in. */
function launchKey(): string {
  const told = document.querySelector<HTMLMetaElement>('meta[name="pixellm-key"]');
  if (told) {
    localStorage.setItem(keyPlace, told.content);
    told.remove();
    // The token is void; without it a reload comes by the cookie, and the history shows the page's plain address.
    window.history.replaceState(null, '', `/${window.location.hash}`);
  }
  return localStorage.getItem(keyPlace) ?? '';
}

function notAdmitted(): AppError {
  return new AppError(
    'unauthorised',
    'This browser was not let in: the app was started again, or this page came by an address that was used before. Open the address that "pixellm serve" printed last.',
  );
}

function connectPort(desktop: DesktopBridge, timeoutMs: number): Promise<StudioClient> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', receive);
      reject(new AppError('connection-closed', 'The app did not open a channel for this window.'));
    }, timeoutMs);
    const receive = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== 'pixellm:port' || port === undefined) return;
      clearTimeout(timer);
      window.removeEventListener('message', receive);
      resolve(createClient(contract, portWire(port)));
    };
    window.addEventListener('message', receive);
    desktop.connect();
  });
}
