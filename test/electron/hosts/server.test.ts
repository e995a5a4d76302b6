import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type AppContract, contract } from '../../../electron/common/contract.ts';
import { type Client, createClient } from '../../../electron/common/rpc/client.ts';
import { askAdmission } from '../../../electron/common/rpc/admission.ts';
import { webSocketWire } from '../../../electron/common/rpc/web-socket-wire.ts';
import { type BrowserDoor, openBrowserDoor } from '../../../electron/hosts/server.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { type TestBackend, aTestBackend } from '../../helpers/test-backend.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends the path exactly as written: `fetch` would tidy it first. */
function get(
  door: BrowserDoor,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: door.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function aPage(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>PixelLM Studio</title>');
  await writeFile(join(folder, 'renderer', 'assets', 'index-Ab3_x-9Z.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'nobody may read this');
  return join(folder, 'renderer');
}

function keyIn(page: string): string {
  return /<meta name="pixellm-key" content="([\w-]{32})">/u.exec(page)?.[1] ?? '';
}

interface Opened {
  readonly door: BrowserDoor;
  readonly backend: TestBackend;
  /** Headers of a browser that opened the printed address. */
  readonly admitted: { cookie: string };
  /** What the page of that address was told. */
  readonly key: string;
}

async function aDoor(
  backend = aTestBackend(),
  {
    rendererFolder,
    ...options
  }: { rendererFolder?: string; heartbeatMs?: number; onAdmission?: (url: string) => void } = {},
): Promise<Opened> {
  const door = await openBrowserDoor({
    backend,
    rendererFolder: rendererFolder ?? (await aPage()),
    host: '127.0.0.1',
    port: 0,
    allowRemote: false,
    ...options,
  });
  onTestFinished(() => door.close());
  const admission = await get(door, new URL(door.url).pathname + new URL(door.url).search);
  return {
    door,
    backend,
    admitted: { cookie: String(admission.headers['set-cookie']).split(';')[0] ?? '' },
    key: keyIn(admission.body),
  };
}

/** A WebSocket as the page opens it; `headers` changes what a browser would say. */
function openSocket({ door, admitted }: Opened, headers: Record<string, string> = {}): WebSocket {
  const usual = { ...admitted, origin: `http://127.0.0.1:${door.port}` };
  return new WebSocket(`ws://127.0.0.1:${door.port}/rpc`, { headers: { ...usual, ...headers } });
}

async function aClient(opened: Opened): Promise<Client<AppContract>> {
  return createClient(contract, await askAdmission(webSocketWire(openSocket(opened), 'page'), opened.key));
}

/** HTTP status with which the upgrade was refused. */
async function refusedStatus(socket: WebSocket): Promise<number | undefined> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  socket.on('error', () => undefined);
  socket.terminate();
  return response.statusCode;
}

test('the printed address lets one browser in, with a cookie for pictures and a key for the page', async () => {
  const next: string[] = [];
  const { door, key, admitted } = await aDoor(aTestBackend(), { onAdmission: (url) => next.push(url) });
  expect(key).toMatch(/^[\w-]{32}$/u);
  expect(door.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/u);
  expect(next).toEqual([door.url]);
  const { status, headers, body } = await get(door, `/?${door.url.split('?')[1]}`);
  expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  const [cookie] = headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/^pixellm-\d+=[\w-]{32}; HttpOnly; SameSite=Lax; Path=\/$/u);
  expect(keyIn(body)).toBe(key);
  expect(`${cookie} ${admitted.cookie}`).not.toContain(key);
});

test('the key stands behind the page’s doctype, before which a browser would lay the page out as one of long ago', async () => {
  for (const start of [
    '<!doctype html>',
    '<!DOCTYPE html>\n<html lang="en">\n  <head>',
    '\n<!doctype html><head>',
  ]) {
    const rendererFolder = await aPage();
    await writeFile(join(rendererFolder, 'index.html'), `${start}<title>PixelLM Studio</title>`);
    const { door, key } = await aDoor(aTestBackend(), { rendererFolder });
    const { body } = await get(door, `/${new URL(door.url).search}`);
    expect(body).toBe(`${start}<meta name="pixellm-key" content="${key}"><title>PixelLM Studio</title>`);
  }
});

test('an address that was used is void; the browser that used it comes back by its cookie', async () => {
  const { door, admitted } = await aDoor();
  const used = `/${new URL(door.url).search}`;
  expect((await get(door, used, {}, 'HEAD')).status).toBe(200);
  expect((await get(door, used)).status).toBe(200);
  const stranger = await get(door, used);
  expect([stranger.status, stranger.body]).toEqual([
    401,
    expect.stringMatching(/used already.*printed last/u),
  ]);
  const back = await get(door, used, admitted);
  expect([back.status, back.headers.location]).toEqual([303, '/']);
});

test('the key is told by the exchange alone: a cookie gets the page without it, and no connection', async () => {
  const opened = await aDoor();
  const { body } = await get(opened.door, '/', opened.admitted);
  expect([body, keyIn(body)]).toEqual([expect.stringContaining('<title>'), '']);
  for (const first of [
    { type: 'admit', secret: opened.admitted.cookie.split('=')[1] },
    { type: 'request', id: 1, name: 'app.info', input: {} },
  ]) {
    const socket = openSocket(opened);
    const heard: unknown[] = [];
    socket.on('message', (data) => heard.push(data));
    const closed = once(socket, 'close');
    webSocketWire(socket, 'page').send(first);
    expect((await closed)[0]).toBe(4401);
    expect(heard).toEqual([]);
  }
});

test('a refused upgrade is closed at once, even for a peer that keeps its half open', async () => {
  const { door } = await aDoor();
  const peer = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true });
  peer.write(
    'GET /rpc HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  peer.resume();
  await once(peer, 'end');
  // The other side is gone: what is written now meets a reset, not a patient reader.
  peer.on('error', () => undefined);
  const failed = new Promise((resolve) => peer.once('close', resolve));
  const writing = setInterval(() => peer.write('x'), 5);
  await failed;
  clearInterval(writing);
});

test('those who connect and say nothing crowd out each other, not the person whose app it is', async () => {
  const opened = await aDoor(aTestBackend({ 'project.recent': async () => [] }));
  const window = await aClient(opened);
  const silent = Array.from({ length: 200 }, () => connect({ port: opened.door.port, host: '127.0.0.1' }));
  for (const peer of silent) peer.on('error', () => undefined);
  await expect.poll(() => silent.filter(({ closed }) => closed).length).toBeGreaterThan(100);
  expect((await get(opened.door, '/', opened.admitted)).status).toBe(200);
  expect(await window.call('project.recent', {})).toEqual([]);
  window.close();
  for (const peer of silent) peer.destroy();
});

test('two launches have two tokens, and one does not open the other', async () => {
  const first = await aDoor();
  const second = await aDoor();
  expect(new URL(first.door.url).search).not.toBe(new URL(second.door.url).search);
  expect((await get(second.door, `/${new URL(first.door.url).search}`)).status).toBe(401);
  expect((await get(second.door, '/', first.admitted)).status).toBe(401);
});

test.each([
  ['no token', '/', {}],
  ['a wrong token', '/?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', {}],
  ['an empty token', '/?token=', {}],
  ['a wrong cookie', '/', { cookie: 'pixellm-0=x; other=1' }],
  ['no token for a picture', '/assets/thumbnail/x?v=1', {}],
  ['no token for a download', '/downloads/abc', {}],
])('%s is answered with 401 and what to do', async (_what, path, headers: Record<string, string>) => {
  const { door, backend } = await aDoor();
  const { status, body } = await get(door, path, headers);
  expect([status, body]).toEqual([401, expect.stringContaining('"pixellm serve" printed')]);
  expect(backend.assetRequests).toEqual([]);
});

test('an admitted browser gets the page with a strict content security policy', async () => {
  const { door, admitted } = await aDoor();
  const { status, headers, body } = await get(door, '/', admitted);
  expect([status, headers['content-type'], body]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<!doctype html><title>PixelLM Studio</title>',
  ]);
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/u);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});

test('built files are cached for ever by their hash, the page itself never', async () => {
  const { door, admitted } = await aDoor();
  const script = await get(door, '/assets/index-Ab3_x-9Z.js', admitted);
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': expect.stringContaining('immutable'),
  });
  expect((await get(door, '/', admitted)).headers['cache-control']).toBe('no-cache');
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/assets/../../secret.txt',
  '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
  '//secret.txt',
  '/./../renderer/../secret.txt',
  '/%00/../secret.txt',
  '/index.html/../../secret.txt',
])('no spelling of a path leaves the page folder: %s', async (path) => {
  const { door, admitted } = await aDoor();
  const { status, body } = await get(door, path, admitted);
  expect(body).not.toContain('nobody may read this');
  expect(status).toBe(404);
});

test('a target that is no path is refused', async () => {
  const { door, admitted } = await aDoor();
  expect((await get(door, 'http://other.example/secret.txt', admitted)).status).toBe(400);
  expect((await get(door, '*', admitted)).status).toBe(400);
});

test('pictures come from the backend with path and query', async () => {
  const asset = (): { status: number; headers: Record<string, string>; body: Uint8Array } => ({
    status: 200,
    headers: { 'content-type': 'image/webp' },
    body: new Uint8Array([1, 2, 3]),
  });
  const { door, admitted, backend } = await aDoor(aTestBackend({ asset }));
  const { status, headers } = await get(door, '/assets/tile/img1/0/2-3?v=abc', admitted);
  expect([status, headers['content-type'], headers['content-length']]).toEqual([200, 'image/webp', '3']);
  expect(backend.assetRequests).toEqual(['assets/tile/img1/0/2-3?v=abc']);
});

test.each(['POST', 'PUT', 'DELETE'])('%s is refused', async (method) => {
  const { door, admitted } = await aDoor();
  const { status, headers } = await get(door, '/', admitted, method);
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
});

test('a download is sent once under its own name and then let go', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'result.bin');
  await writeFile(path, 'masks');
  const download = { name: 'tassen & größen.zip', path, dispose: () => rm(path) };
  const { door, admitted } = await aDoor(aTestBackend({ downloads: { 'one-time_1': download } }));
  expect((await get(door, '/downloads/one-time_1', admitted, 'HEAD')).status).toBe(404);
  const first = await get(door, '/downloads/one-time_1', admitted);
  expect([first.status, first.body]).toEqual([200, 'masks']);
  expect(first.headers['content-disposition']).toBe(
    "attachment; filename*=UTF-8''tassen%20%26%20gr%C3%B6%C3%9Fen.zip",
  );
  await expect.poll(() => existsSync(path)).toBe(false);
  expect((await get(door, '/downloads/one-time_1', admitted)).status).toBe(404);
});

test.each([
  ['another host name', { host: 'evil.example' }, 403],
  ['a name that ends like ours', { host: 'localhost.evil.example' }, 403],
  ['an address of the network', { host: '192.168.1.5' }, 403],
  ['a host that is none', { host: 'a b' }, 403],
  ['a foreign Origin', { origin: 'http://evil.example' }, 403],
  ['Origin null', { origin: 'null' }, 403],
  ['our own name through a tunnel', { host: 'localhost:9000', origin: 'http://localhost:9000' }, 200],
])('a request with %s', async (_what, headers: Record<string, string>, expected) => {
  const { door, admitted } = await aDoor();
  expect((await get(door, '/', { ...admitted, ...headers })).status).toBe(expected);
});

test('the page talks to the backend over its WebSocket, in both directions', async () => {
  const settings = { theme: 'dark', provider: 'auto', modelFolder: null, threads: 4 } as const;
  const full = {
    ...settings,
    modelFolders: [],
    segmenter: null,
    copyImages: false,
    readAhead: true,
    maskOpacity: 0.5,
    maskPattern: false,
    colourBy: 'target' as const,
    maskLabels: 'hovered' as const,
    wheel: 'pan' as const,
    keyMap: 'own' as const,
    shortcuts: {},
  };
  const opened = await aDoor(aTestBackend({ 'settings.get': async () => full }));
  const client = await aClient(opened);
  expect(await client.call('settings.get', {})).toEqual(full);
  const pushed = new Promise((resolve) => client.on('settings.changed', resolve));
  opened.backend.push('settings.changed', { ...full, theme: 'light' });
  expect(await pushed).toMatchObject({ theme: 'light' });
});

test('closing the page releases its connection at the backend', async () => {
  const opened = await aDoor();
  const client = await aClient(opened);
  await client.call('app.info', {}).catch(() => undefined);
  client.close();
  await expect.poll(() => opened.backend.released.length).toBe(1);
});

test.each([
  ['a foreign Origin', { origin: 'http://evil.example' }, 403],
  ['no cookie', { cookie: '' }, 401],
  ['a wrong cookie', { cookie: 'pixellm-1=guess' }, 401],
  ['a foreign Host', { host: 'evil.example', origin: 'http://evil.example' }, 403],
])('a WebSocket with %s is refused', async (_what, headers: Record<string, string>, expected) => {
  expect(await refusedStatus(openSocket(await aDoor(), headers))).toBe(expected);
});

test('a WebSocket that does not say where it comes from is refused', async () => {
  const { door, admitted } = await aDoor();
  const socket = new WebSocket(`ws://127.0.0.1:${door.port}/rpc`, { headers: admitted });
  expect(await refusedStatus(socket)).toBe(403);
});

test('a WebSocket at another path is refused', async () => {
  const { door, admitted } = await aDoor();
  const headers = { ...admitted, origin: `http://127.0.0.1:${door.port}` };
  expect(await refusedStatus(new WebSocket(`ws://127.0.0.1:${door.port}/other`, { headers }))).toBe(404);
});

test('one window that sends rubbish is cut off, the others go on', async () => {
  const opened = await aDoor(aTestBackend({ 'project.recent': async () => [] }));
  const good = await aClient(opened);
  expect(await good.call('project.recent', {})).toEqual([]);
  for (const rubbish of [Buffer.from('rubbish'), '{"type":"request"}']) {
    const bad = openSocket(opened);
    await askAdmission(webSocketWire(bad, 'page'), opened.key);
    bad.send(rubbish);
    await once(bad, 'close');
  }
  expect(await good.call('project.recent', {})).toEqual([]);
});

test('a window that no longer answers is cut off; one that does stays', async () => {
  const opened = await aDoor(aTestBackend(), { heartbeatMs: 40 });
  const headers = { ...opened.admitted, origin: `http://127.0.0.1:${opened.door.port}` };
  const silent = new WebSocket(`ws://127.0.0.1:${opened.door.port}/rpc`, { headers, autoPong: false });
  await askAdmission(webSocketWire(silent, 'page'), opened.key);
  const alive = openSocket(opened);
  await askAdmission(webSocketWire(alive, 'page'), opened.key);
  await once(silent, 'close');
  expect(alive.readyState).toBe(WebSocket.OPEN);
  await expect.poll(() => opened.backend.released.length).toBe(1);
});

test('a frame that claims to be larger than allowed is refused by its head alone', async () => {
  const opened = await aDoor();
  const socket = openSocket(opened);
  await once(socket, 'open');
  // A masked binary frame whose 64-bit length says 1 GiB; the bytes themselves need not follow.
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4]);
  const closed = once(socket, 'close');
  // Reaches under the library, which would not send such a frame itself.
  (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(head);
  expect((await closed)[0]).toBe(1009);
});

test('a port in use is one clear sentence', async () => {
  const { door } = await aDoor();
  const second = openBrowserDoor({
    backend: aTestBackend(),
    rendererFolder: await aPage(),
    host: '127.0.0.1',
    port: door.port,
    allowRemote: false,
  });
  await expect(second).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/^Port \d+ is already in use.*--port/u),
  });
});

test('an address beyond this machine needs the explicit flag, and the refusal says what it means', async () => {
  const options = { backend: aTestBackend(), rendererFolder: await aPage(), host: '0.0.0.0', port: 0 };
  await expect(openBrowserDoor({ ...options, allowRemote: false })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/lets other machines in.*--allow-remote/u),
  });
  const door = await openBrowserDoor({ ...options, allowRemote: true });
  onTestFinished(() => door.close());
  const search = new URL(door.url).search;
  expect((await get(door, `/${search}`, { host: 'evil.example' })).status).toBe(403);
  expect((await get(door, `/${search}`, { host: `192.168.1.5:${door.port}` })).status).toBe(200);
});

test('a page that was not built is one clear sentence', async () => {
  const empty = await temporaryFolder();
  await expect(aDoor(aTestBackend(), { rendererFolder: empty })).rejects.toMatchObject({
    code: 'file-not-found',
    message: expect.stringContaining('npm run build'),
  });
});

test('closing the door ends its windows and frees its port', async () => {
  const opened = await aDoor();
  const client = await aClient(opened);
  const hanging = client.call('app.info', {}).catch(() => undefined);
  await hanging;
  const closed = new Promise<void>((resolve) => client.onClose(resolve));
  await opened.door.close();
  await closed;
  await expect(get(opened.door, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
