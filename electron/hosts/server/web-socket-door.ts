import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { maxFrameBytes, webSocketWire } from '../../common/rpc/web-socket-wire.ts';
import type { Connections } from '../connections.ts';
import type { Guard } from './guard.ts';
import type { Session } from './session.ts';

/** Where the page opens its WebSocket. */
const socketPath = '/rpc';
const maxWindows = 64;

/** Accepts the page's WebSockets: same origin, admitted, and still alive at each heartbeat. */
export function openWebSocketDoor(
  server: Server,
  {
    guard,
    session,
    connections,
    heartbeatMs,
  }: { guard: Guard; session: Session; connections: Connections; heartbeatMs: number },
): { close(): void } {
  // Compression would cost more time than loopback saves, and masks are compressed already.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const answered = new WeakSet<WebSocket>();

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refuse = (status: string, sentence: string): void => {
      stream.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${sentence}\n`);
    };
    stream.on('error', () => stream.destroy());
    const refusal = guard.refusal(request, { origin: 'required' });
    if (refusal !== null) return refuse('403 Forbidden', refusal);
    if (!session.isAdmitted(request.headers.cookie))
      return refuse('401 Unauthorized', 'Open the printed address first.');
    if (request.url !== socketPath) return refuse('404 Not Found', 'There is nothing at this address.');
    if (connections.count >= maxWindows)
      return refuse('503 Service Unavailable', `${maxWindows} windows are open already.`);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      answered.add(socket);
      socket.on('pong', () => answered.add(socket));
      connections.accept(webSocketWire(socket));
    });
  });

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
