import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Backend } from '../backend/backend.ts';
import { AppError } from '../common/errors.ts';
import { createConnections } from './connections.ts';
import { type PageResponder, createPageResponder, plainText } from './page-responder.ts';
import { type Guard, createGuard, isLoopback } from './server/guard.ts';
import { sendAdmission, sendAnswer, sendDownload, sendToPage } from './server/responses.ts';
import { type Session, createSession } from './server/session.ts';
import { limitStrangers } from './server/stranger-limit.ts';
import { openWebSocketDoor } from './server/web-socket-door.ts';

export interface BrowserDoorOptions {
  readonly backend: Backend;
  readonly rendererFolder: string;
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Without it only addresses of this machine are accepted as `host`. */
  readonly allowRemote: boolean;
  /** How often each window must show that it is alive; tests shorten it. */
  readonly heartbeatMs?: number;
  /** Hears the address for the next browser, each time one was let in by the one before. */
  readonly onAdmission?: (nextUrl: string) => void;
}

const usualHeartbeatMs = 30_000;
/** Requests are a line and a few headers: whoever takes longer is not a browser. */
const patience = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5_000 };

/** The app as a web server: page, pictures, downloads and one WebSocket per window. */
export interface BrowserDoor {
  /** The address that admits one browser: it carries a token that is void once it was used. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection. The backend is its maker's to dispose of. */
  close(): Promise<void>;
}

interface Door {
  readonly backend: Backend;
  readonly respond: PageResponder;
  readonly guard: Guard;
  readonly session: Session;
  readonly onAdmission: () => void;
  /** For a connection that showed the cookie, a token or the key. */
  readonly welcome: (connection: Duplex) => void;
}

/** @throws AppError 'bad-input' when the address is taken, is not this machine's, or is not local and that was not allowed */
export async function openBrowserDoor(options: BrowserDoorOptions): Promise<BrowserDoor> {
  const { backend, host } = options;
  if (!isLoopback(host) && !options.allowRemote) throw remoteNotAllowed(host);
  const respond = await createPageResponder(options.rendererFolder, backend);
  const server = createServer(patience);
  const welcome = limitStrangers(server);
  await listen(server, { host, port: options.port });
  // Holds because a TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;

  const connections = createConnections(backend);
  const session = createSession(port);
  const url = (): string => `http://${shownHost(host)}:${port}/?token=${session.token}`;
  const onAdmission = (): void => options.onAdmission?.(url());
  const door: Door = { backend, respond, guard: createGuard(host), session, onAdmission, welcome };
  server.on('request', (request, response) => void answer(door, request, response));
  const sockets = openWebSocketDoor(server, {
    ...door,
    connections,
    heartbeatMs: options.heartbeatMs ?? usualHeartbeatMs,
  });

  return {
    port,
    get url() {
      return url();
    },
    async close() {
      sockets.close();
      connections.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(door, request, response);
  } catch {
    // The answer had begun or could not be made; a cut connection is the only thing left to say.
    if (response.headersSent) response.destroy();
    else sendAnswer(response, plainText(500, 'Something went wrong inside the app.'));
  }
}

async function route(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = door.guard.refusal(request, { origin: 'optional' });
  if (refusal !== null) return sendAnswer(response, plainText(403, refusal));
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const refused = plainText(405, 'This address can only be read.');
    return sendAnswer(response, { ...refused, headers: { ...refused.headers, allow: 'GET, HEAD' } });
  }
  // Joined as text: resolved against a base, the target "//other/x" would name a host.
  const address = `http://door${request.url ?? ''}`;
  if (!request.url?.startsWith('/') || !URL.canParse(address)) {
    return sendAnswer(response, plainText(400, 'That is not an address.'));
  }
  const url = new URL(address);
  const token = url.pathname === '/' ? url.searchParams.get('token') : null;
  const { session } = door;
  const isAdmitted = session.isAdmitted(request.headers.cookie);
  if (token !== null && session.isToken(token)) return admit(door, url, { request, response });
  if (!isAdmitted) return sendAnswer(response, notAdmitted(token));
  door.welcome(request.socket);
  if (token !== null) return sendToPage(response);

  const download = /^\/downloads\/([\w-]{1,128})$/u.exec(url.pathname)?.[1];
  // Asking for its head only must not use the one download up.
  if (download !== undefined && request.method === 'GET')
    return respondWithDownload(door.backend, download, response);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  sendAnswer(response, await door.respond(url, gone.signal));
}

/** Exchanges the token for cookie and key; asking for the head only must not use it up. */
async function admit(
  { respond, session, onAdmission, welcome }: Door,
  url: URL,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const page = await respond(url, new AbortController().signal);
  if (request.method === 'HEAD' || page.status !== 200) return sendAnswer(response, page);
  welcome(request.socket);
  session.renewToken();
  sendAdmission(response, page, { cookie: session.cookie(), key: session.key });
  onAdmission();
}

async function respondWithDownload(backend: Backend, token: string, response: ServerResponse): Promise<void> {
  const download = await backend.takeDownload(token);
  if (download) await sendDownload(response, download);
  else
    sendAnswer(
      response,
      plainText(404, 'This download was fetched already, or never existed. Export again.'),
    );
}

function notAdmitted(token: string | null): ReturnType<typeof plainText> {
  const why =
    token === null
      ? 'This address needs its token.'
      : 'This address was used already, or is not of this launch: each one works once.';
  return plainText(401, `${why} Open the address that "pixellm serve" printed last.`);
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (thrown) {
    // Holds because what a server that cannot listen emits is a system error.
    throw cannotListen(thrown as NodeJS.ErrnoException, host, port);
  }
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  const sentence =
    error.code === 'EADDRINUSE'
      ? `Port ${port} is already in use, perhaps by another PixelLM Studio. Choose another one with --port, or --port 0 for any free one.`
      : error.code === 'EACCES'
        ? `This account may not listen on port ${port}. Choose one above 1023 with --port.`
        : `${host} is not an address of this machine (${error.code ?? error.message}).`;
  return new AppError('bad-input', sentence, { host, port, reason: error.code ?? null }, { cause: error });
}

function remoteNotAllowed(host: string): AppError {
  return new AppError(
    'bad-input',
    `Listening on ${host} lets other machines in: whoever has the printed address can read and change your projects and the folders you named, and the connection is not encrypted. Add --allow-remote if you want that; an SSH tunnel to 127.0.0.1 is safer.`,
    { host },
  );
}

/** What a browser can open: a wildcard address is not one. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
