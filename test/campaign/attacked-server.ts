import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type AppContract, contract } from '../../electron/common/contract.ts';
import { askAdmission } from '../../electron/common/rpc/admission.ts';
import { type Client, createClient } from '../../electron/common/rpc/client.ts';
import { webSocketWire } from '../../electron/common/rpc/web-socket-wire.ts';
import type { Wire } from '../../electron/common/rpc/wire.ts';
import { printedAddress } from '../helpers/printed-address.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The built `pixellm serve` in a process of its own, and ways into it. */
export interface AttackedServer {
  /** The folder its page may read. */
  readonly root: string;
  readonly isAlive: boolean;
  /** What it said on stderr: where it ends, why. */
  readonly said: string;
  connect(): Promise<Client<AppContract>>;
  /** A socket that was let in, for frames of one's own. */
  connectRaw(): Promise<{ readonly socket: WebSocket; readonly wire: Wire }>;
}

/** Starts it on a fresh data folder inside `folder`; it ends with the test. */
export async function startAttackedServer(folder: string): Promise<AttackedServer> {
  const root = join(folder, 'root');
  await mkdir(root, { recursive: true });
  const child = spawn(
    process.execPath,
    [join(repository, 'dist', 'node', 'cli.js'), 'serve', '--port', '0', '--root', root],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        HOME: folder,
        PIXELLM_DATA: join(folder, 'data'),
        PIXELLM_PROJECTS: join(folder, 'projects'),
      },
    },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4_000)));
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const address = new URL(await printedAddress(child));
  const page = await fetch(address);
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  const key = /<meta name="pixellm-key" content="([\w-]+)">/u.exec(await page.text())?.[1] ?? '';
  const connectRaw = async (): Promise<{ socket: WebSocket; wire: Wire }> => {
    const socket = new WebSocket(`ws://${address.host}/rpc`, { headers: { cookie, origin: address.origin } });
    return { socket, wire: await askAdmission(webSocketWire(socket), key) };
  };
  return {
    root,
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    get said() {
      return said;
    },
    connectRaw,
    connect: async () => createClient(contract, (await connectRaw()).wire),
  };
}
