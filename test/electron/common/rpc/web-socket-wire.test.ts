import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type WebSocketLike,
  maxFrameBytes,
  webSocketWire,
} from '../../../../electron/common/rpc/web-socket-wire.ts';
import { type WirePair, overWebSocket } from '../../../helpers/transports.ts';

const release: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const free of release.splice(0)) await free();
});

async function connected(): Promise<WirePair> {
  const pair = await overWebSocket();
  release.push(pair.release);
  return pair;
}

/** A bare socket against a wire of ours, to send what our own wire never would. */
async function strangerAndWire(): Promise<{ stranger: WebSocket; closed: Promise<[number]> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 64 * 1024 });
  await once(server, 'listening');
  server.on('connection', (socket) => webSocketWire(socket).onMessage(() => undefined));
  const { port } = server.address() as { port: number };
  const stranger = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(stranger, 'open');
  release.push(() => new Promise((resolve) => server.close(resolve)));
  return { stranger, closed: once(stranger, 'close') as Promise<[number]> };
}

test('a message over the limit is refused before it is sent, and the wire lives on', async () => {
  const { client, server } = await connected();
  const received: unknown[] = [];
  server.onMessage((message) => received.push(message));
  expect(() => client.send({ data: new Uint8Array(maxFrameBytes) })).toThrow(
    expect.objectContaining({ code: 'too-large', message: expect.stringContaining('256 MiB at most') }),
  );
  client.send({ still: 'here' });
  await expect.poll(() => received).toEqual([{ still: 'here' }]);
});

test('a text frame ends the connection with "unsupported data"', async () => {
  const { stranger, closed } = await strangerAndWire();
  stranger.send('{"type":"request"}');
  expect((await closed)[0]).toBe(1003);
});

test('a damaged binary frame ends the connection with "unsupported data"', async () => {
  const { stranger, closed } = await strangerAndWire();
  stranger.send(new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3]));
  expect((await closed)[0]).toBe(1003);
});

test('a frame over the limit of the door ends the connection with "too big"', async () => {
  const { stranger, closed } = await strangerAndWire();
  stranger.send(new Uint8Array(65 * 1024));
  expect((await closed)[0]).toBe(1009);
});

test('a dropped connection closes the wire', async () => {
  const { client, server } = await connected();
  const closed = new Promise<void>((resolve) => server.onClose(resolve));
  client.close();
  await closed;
  expect(() => server.send({ into: 'the void' })).not.toThrow();
});

test('a peer that lets everything pile up is cut off rather than kept in memory', () => {
  const closed: unknown[] = [];
  const sleeper: WebSocketLike = {
    binaryType: '',
    readyState: 1,
    bufferedAmount: 2 * maxFrameBytes + 1,
    send: () => undefined,
    close: (code) => closed.push(code),
    addEventListener: () => undefined,
  };
  const wire = webSocketWire(sleeper);
  let hasEnded = false;
  wire.onClose(() => {
    hasEnded = true;
  });
  wire.send({ one: 'more' });
  expect([closed, hasEnded]).toEqual([[1013], true]);
});
