import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { mostJsonBytes } from '../../../../electron/common/rpc/codec.ts';
import { mostFrameBytes } from '../../../../electron/common/rpc/parts.ts';
import {
  type WebSocketLike,
  maxMessageBytes,
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
async function strangerAndWire(
  maxPayload = 64 * 1024,
): Promise<{ stranger: WebSocket; closed: Promise<[number]> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload });
  await once(server, 'listening');
  server.on('connection', (socket) => webSocketWire(socket, 'door').onMessage(() => undefined));
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
  expect(() => client.send({ data: new Uint8Array(maxMessageBytes) })).toThrow(
    expect.objectContaining({ code: 'too-large', message: expect.stringContaining('256 MiB at most') }),
  );
  client.send({ still: 'here' });
  await expect.poll(() => received).toEqual([{ still: 'here' }]);
});

test('more JSON than a door takes in one message is refused before it is sent, bytes and very long strings aside', async () => {
  const { client, server } = await connected();
  const received: unknown[] = [];
  server.onMessage((message) => received.push(message));
  const lines = Array.from({ length: 20_000 }, () => 'x'.repeat(1_000));
  expect(() => client.send({ lines })).toThrow(
    expect.objectContaining({ code: 'too-large', message: expect.stringContaining('16 MiB at most') }),
  );
  client.send({ one: 'y'.repeat(20_000_000), bytes: new Uint8Array(20_000_000) });
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(1);
  const { one, bytes } = received[0] as { one: string; bytes: Uint8Array };
  expect([one === 'y'.repeat(20_000_000), bytes.length]).toEqual([true, 20_000_000]);
  // The other way it may be as much as there is: nobody but its window waits for it.
  const back: unknown[] = [];
  client.onMessage((message) => back.push(message));
  server.send({ lines });
  await expect.poll(() => back.length, { timeout: 20_000 }).toBe(1);
  expect((back[0] as { lines: string[] }).lines.length).toBe(20_000);
});

test('a door does not parse more JSON than that: whoever sends it is cut off with "too big"', async () => {
  const { stranger, closed } = await strangerAndWire(2 * mostJsonBytes);
  const frame = new Uint8Array(8 + mostJsonBytes + 1).fill(0x20);
  new DataView(frame.buffer).setUint32(0, mostJsonBytes + 1, true);
  new DataView(frame.buffer).setUint32(4, 0, true);
  stranger.send(frame);
  expect((await closed)[0]).toBe(1009);
});

test('what a page sends comes in frames that keep nobody waiting, and a door takes no larger one', async () => {
  const { client, server } = await connected();
  const [frames, messages]: [number[], unknown[]] = [[], []];
  const { stranger, closed } = await strangerAndWire(mostFrameBytes);
  const page = webSocketWire(recordingSocket(frames), 'page');
  server.onMessage((message) => messages.push(message));
  const data = new Uint8Array(9_000_000);
  data.forEach((_, index) => (data[index] = index % 251));
  page.send({ data });
  client.send({ data });
  client.send({ and: 'more' });
  await expect.poll(() => messages.length, { timeout: 20_000 }).toBe(2);
  expect(Buffer.from((messages[0] as { data: Uint8Array }).data).equals(data)).toBe(true);
  expect([frames.length, Math.max(...frames)]).toEqual([9, mostFrameBytes]);
  stranger.send(new Uint8Array(mostFrameBytes + 1));
  expect((await closed)[0]).toBe(1009);
});

test('a message in parts with more JSON than a door takes is refused at its first part', async () => {
  const { stranger, closed } = await strangerAndWire(mostFrameBytes);
  const part = new Uint8Array(mostFrameBytes);
  const head = new DataView(part.buffer);
  head.setUint32(0, 0xffff_fffe, true);
  head.setUint32(4, 2 * mostJsonBytes, true);
  head.setUint32(8, mostJsonBytes + 1, true);
  stranger.send(part);
  expect((await closed)[0]).toBe(1009);
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

function recordingSocket(frames: number[]): WebSocketLike {
  return {
    binaryType: '',
    readyState: 1,
    bufferedAmount: 0,
    send: (frame) => frames.push(frame.length),
    close: () => undefined,
    addEventListener: () => undefined,
  };
}

test('a peer that lets everything pile up is cut off rather than kept in memory', () => {
  const closed: unknown[] = [];
  const sleeper: WebSocketLike = {
    binaryType: '',
    readyState: 1,
    bufferedAmount: 2 * maxMessageBytes + 1,
    send: () => undefined,
    close: (code) => closed.push(code),
    addEventListener: () => undefined,
  };
  const wire = webSocketWire(sleeper, 'door');
  let hasEnded = false;
  wire.onClose(() => {
    hasEnded = true;
  });
  wire.send({ one: 'more' });
  expect([closed, hasEnded]).toEqual([[1013], true]);
});
