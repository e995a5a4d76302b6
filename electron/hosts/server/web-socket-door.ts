import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { grantAdmission, statusNotAdmitted } from '../../common/rpc/admission.ts';
import { mostFrameBytes } from '../../common/rpc/parts.ts';
import { webSocketWire } from '../../common/rpc/web-socket-wire.ts';
import type { Connections } from '../connections.ts';
import type { Guard } from './guard.ts';
import type { Session } from './session.ts';

/** Where the page opens its WebSocket. */
const socketPath = '/rpc';
const maxWindows = 64;
/** Sockets that have the cookie and have not said the key yet. */
const maxWaiting = 16;
const admissionMs = 10_000;

/** Accepts the page's WebSockets: same origin, admitted, holding the launch's key, and still alive at each heartbeat. */
export function openWebSocketDoor(
  server: Server,
  {
    guard,
    session,
    connections,
    heartbeatMs,
    welcome,
  }: {
    guard: Guard;
    session: Session;
    connections: Connections;
    heartbeatMs: number;
    /** For a connection whose other end said the key. */
    welcome: (connection: Duplex) => void;
  },
): { close(): void } {
  // Compression would cost more time than loopback saves, and masks are compressed already.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostFrameBytes,
    perMessageDeflate: false,
  });
  const answered = new WeakSet<WebSocket>();
  let waiting = 0;

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const refuse = (status: string, sentence: string): void => refuseUpgrade(stream, status, sentence);
    const refusal = guard.refusal(request, { origin: 'required' });
    if (refusal !== null) return refuse('403 Forbidden', refusal);
    if (!session.isAdmitted(request.headers.cookie))
      return refuse('401 Unauthorized', 'Open the printed address first.');
    if (request.url !== socketPath) return refuse('404 Not Found', 'There is nothing at this address.');
    if (connections.count >= maxWindows)
      return refuse('503 Service Unavailable', `${maxWindows} windows are open already.`);
    if (waiting >= maxWaiting)
      return refuse('503 Service Unavailable', 'Too many windows are on their way in. Try again.');
    sockets.handleUpgrade(request, stream, head, (socket) => {
      answered.add(socket);
      // What comes in says as much: over a slow line an answer waits behind the rest of an upload.
      for (const sign of ['pong', 'message']) socket.on(sign, () => answered.add(socket));
      void admit(socket, stream);
    });
  });

  const admit = async (socket: WebSocket, stream: Duplex): Promise<void> => {
    const wire = webSocketWire(socket, 'door');
    const refuse = (): void => socket.close(statusNotAdmitted, 'not admitted');
    waiting += 1;
    let isWaiting = true;
    const settle = (): void => {
      if (isWaiting) waiting -= 1;
      isWaiting = false;
      clearTimeout(timer);
    };
    const timer = setTimeout(refuse, admissionMs);
    wire.onClose(settle);
    const admitted = await grantAdmission(wire, { accepts: (key) => session.isKey(key), refuse });
    settle();
    if (!admitted) return;
    welcome(stream);
    connections.accept(admitted);
  };

  // A laptop that was closed never says goodbye: without this its questions would run on for nobody.
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, heartbeatMs);
  heartbeat.unref();

  return {
    close() {
      clearInterval(heartbeat);
      for (const socket of sockets.clients) socket.close(1001, 'the app was stopped');
    },
  };
}

/** Says why and hangs up, whether or not the other side does: half a connection still holds a descriptor. */
function refuseUpgrade(stream: Duplex, status: string, sentence: string): void {
  const answer = `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${sentence}\n`;
  stream.end(answer, () => stream.destroy());
}
