import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { memoryWirePair } from '../../electron/common/rpc/memory-wire.ts';
import { portWire } from '../../electron/common/rpc/port-wire.ts';
import { mostFrameBytes } from '../../electron/common/rpc/parts.ts';
import { webSocketWire } from '../../electron/common/rpc/web-socket-wire.ts';
import type { Wire } from '../../electron/common/rpc/wire.ts';
import { MessageChannelMain } from './electron-standin/message-port.ts';

/** Both ends of one connection. `release` frees what the transport itself holds open. */
export interface WirePair {
  readonly client: Wire;
  readonly server: Wire;
  readonly release: () => Promise<void>;
}

async function overMemory(): Promise<WirePair> {
  const [client, server] = memoryWirePair();
  return { client, server, release: async () => client.close() };
}

async function overNodePorts(): Promise<WirePair> {
  const { port1, port2 } = new MessageChannel();
  const client = portWire(port1);
  return { client, server: portWire(port2), release: async () => client.close() };
}

async function overElectronPorts(): Promise<WirePair> {
  const { port1, port2 } = new MessageChannelMain();
  const client = portWire(port1);
  return { client, server: portWire(port2), release: async () => client.close() };
}

/** A real `ws` server on loopback, with the limits the browser door sets. */
export async function overWebSocket(): Promise<WirePair> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: mostFrameBytes });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.');
  const clientSocket = new WebSocket(`ws://127.0.0.1:${address.port}`);
  // The client's wire is made before the socket is open, as in the page.
  const client = webSocketWire(clientSocket, 'page');
  const [serverSocket] = (await once(server, 'connection')) as [WebSocket];
  return {
    client,
    server: webSocketWire(serverSocket, 'door'),
    async release() {
      client.close();
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const transports: readonly { readonly name: string; connect(): Promise<WirePair> }[] = [
  { name: 'memory', connect: overMemory },
  { name: 'WebSocket', connect: overWebSocket },
  { name: 'Node MessagePort', connect: overNodePorts },
  { name: 'Electron MessagePortMain', connect: overElectronPorts },
];
