import { realpath, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { AppError } from '../../common/errors.ts';
import { nodeHost } from '../node-host.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { type BrowserDoor, openBrowserDoor } from '../server.ts';
import { isLoopback } from '../server/guard.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { connectInside } from './session.ts';

const usualPort = 7417;

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Open the app in a browser: a web server on this machine',
  usage: '',
  details:
    'The printed address carries a token that is new at each start; only a browser that opened it is let in.\n' +
    'From another machine: ssh -L 7417:localhost:7417 THIS-MACHINE, then open the printed address there.',
  options: {
    port: {
      type: 'string',
      value: 'N',
      help: `port to listen on; 0 takes any free one (usually ${usualPort})`,
    },
    host: { type: 'string', value: 'ADDRESS', help: 'address to listen on (127.0.0.1)' },
    'allow-remote': { type: 'boolean', help: 'let --host be an address that other machines reach' },
    root: {
      type: 'string',
      value: 'DIR',
      multiple: true,
      help: 'a folder whose images and projects the page may open',
    },
    model: { type: 'string', value: 'DIR', help: 'model folder to load at the start' },
    open: { type: 'boolean', help: 'open the default browser' },
  },
  positionals: { min: 0, max: 0 },

  async run(context) {
    const { input, terminal, signal } = context;
    const model = input.path('model');
    const roots = await Promise.all(
      [...input.paths('root'), ...(model === null ? [] : [model])].map(existingFolder),
    );
    const { folders, version } = context;
    const allowed = [...roots, folders.projects];
    const backend = await context.createBackend(
      nodeHost({ door: 'browser', folders, version, roots: allowed }),
    );
    try {
      if (model !== null) await loadModel(backend, model, signal);
      const door = await openDoor(context, backend);
      try {
        announce(context, door, allowed);
        if (input.flag('open') && !(await openInBrowser(door.url)))
          terminal.warn('There is no browser to open here.');
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await door.close();
      }
    } finally {
      await backend.dispose();
    }
    terminal.line('Stopped.');
    return exitCodes.done;
  },
};

type AnyBackend = Awaited<ReturnType<CommandContext['createBackend']>>;

/** Without --port the usual one, so that bookmarks and tunnels keep working; any free one when that is taken. */
async function openDoor({ input, folders }: CommandContext, backend: AnyBackend): Promise<BrowserDoor> {
  const asked = input.number('port', { min: 0, max: 65_535, whole: true });
  const options = {
    backend,
    rendererFolder: folders.renderer,
    host: input.text('host') ?? '127.0.0.1',
    allowRemote: input.flag('allow-remote'),
  };
  if (asked !== null) return openBrowserDoor({ ...options, port: asked });
  try {
    return await openBrowserDoor({ ...options, port: usualPort });
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.details['reason'] === 'EADDRINUSE')) throw thrown;
    return openBrowserDoor({ ...options, port: 0 });
  }
}

function announce({ input, terminal }: CommandContext, door: BrowserDoor, roots: readonly string[]): void {
  const host = input.text('host') ?? '127.0.0.1';
  terminal.line('PixelLM Studio is open at');
  terminal.line(`  ${door.url}`);
  terminal.line(`The page may open images and projects in: ${roots.join(', ')}`);
  terminal.line('Ctrl-C stops it.');
  terminal.result({ url: door.url, port: door.port, roots });
  if (!isLoopback(host)) {
    terminal.warn(
      `Listening on ${host}: anyone on this network who has the address above can read and change your projects and the folders above. The connection is not encrypted.`,
    );
  }
}

/** The folder's real path: a root must not move when a link in it does. */
async function existingFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw new AppError('file-not-found', `There is no folder ${path}.`, { path });
  return realpath(path);
}

async function loadModel(backend: AnyBackend, folder: string, signal: AbortSignal): Promise<void> {
  const client = connectInside(backend);
  try {
    await client.call('models.load', { folder }, { signal });
  } finally {
    client.close();
  }
}
