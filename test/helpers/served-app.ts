import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type AppContract, contract } from '../../electron/common/contract.ts';
import { askAdmission } from '../../electron/common/rpc/admission.ts';
import { type Client, createClient } from '../../electron/common/rpc/client.ts';
import { webSocketWire } from '../../electron/common/rpc/web-socket-wire.ts';
import type { Wire } from '../../electron/common/rpc/wire.ts';
import { printedAddress } from './printed-address.ts';

/** The built `pixellm serve` in a process of its own, and ways into it. */
export interface ServedApp {
  /** The folder its page may read. */
  readonly root: string;
  readonly pid: number;
  readonly isAlive: boolean;
  /** What it said on stderr: where it ends, why. */
  readonly said: string;
  /** What a browser has that was let in: all it takes for another connection, in whatever process. */
  readonly pass: Pass;
  connect(): Promise<Client<AppContract>>;
  /** A socket that was let in, for frames of one's own. */
  connectRaw(): Promise<{ readonly socket: WebSocket; readonly wire: Wire }>;
  stop(): Promise<void>;
}

export interface Pass {
  readonly origin: string;
  readonly cookie: string;
  readonly key: string;
}

/** Starts it on a data folder inside `folder`. @param cli dist/node/cli.js of the checkout */
export async function serveApp(cli: string, folder: string): Promise<ServedApp> {
  const root = join(folder, 'root');
  await mkdir(root, { recursive: true });
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--root', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOME: folder,
      PIXELLM_DATA: join(folder, 'data'),
      PIXELLM_PROJECTS: join(folder, 'projects'),
    },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4_000)));
  const address = new URL(await printedAddress(child));
  const page = await fetch(address);
  const pass = {
    origin: address.origin,
    cookie: page.headers.get('set-cookie')?.split(';')[0] ?? '',
    key: /<meta name="pixellm-key" content="([\w-]+)">/u.exec(await page.text())?.[1] ?? '',
  };
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    root,
    pass,
    pid: child.pid ?? 0,
    get isAlive() {
      return isAlive();
    },
    get said() {
      return said;
    },
    connectRaw: () => connectWith(pass),
    connect: async () => createClient(contract, (await connectWith(pass)).wire),
    async stop() {
      if (!isAlive()) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** A connection of another process or thread than the one that started the app. */
export async function connectWith({ origin, cookie, key }: Pass): Promise<{ socket: WebSocket; wire: Wire }> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } });
  return { socket, wire: await askAdmission(webSocketWire(socket, 'page'), key) };
}
