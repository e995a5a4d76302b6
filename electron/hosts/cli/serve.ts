import { realpath, stat } from 'node:fs/promises';
import { once } from 'node:events';
import type { Backend } from '../../backend/backend.ts';
import { AppError } from '../../common/errors.ts';
import { nodeHost } from '../node-host.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { type BrowserDoor, type BrowserDoorOptions, openBrowserDoor } from '../server.ts';
import { isLoopback } from '../server/guard.ts';
import { type OpeningPage, writeOpeningPage } from '../server/opening-page.ts';
import { outliveStrayFailures } from '../stray-failures.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { connectInside } from './session.ts';
import type { Terminal } from './terminal.ts';

const usualPort = 7417;

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Open the app in a browser: a web server on this machine',
  usage: '[PROJECT]',
  details:
    'The printed address lets one browser in; once it was opened, an address for the next one is printed.\n' +
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
  positionals: { min: 0, max: 1 },

  async run(context) {
    const { terminal, signal, folders, version } = context;
    const request = await readRequest(context);
    const roots = [...request.roots, folders.projects];
    const loadsModelAtStart = request.model === null;
    const host = nodeHost({ door: 'browser', folders, version, roots, loadsModelAtStart });
    const endWatch = outliveStrayFailures((sentence) => terminal.warn(sentence));
    const backend = await context.createBackend(host);
    try {
      if (request.model !== null) await loadModel(backend, request.model, signal);
      const door = await openDoor(request, backend, {
        rendererFolder: folders.renderer,
        onAdmission: (next) => terminal.line(`For another browser: ${withProject(next, request.project)}`),
      });
      let page: OpeningPage | null = null;
      try {
        const url = announce(request, { door, roots, terminal });
        if (request.opensBrowser) page = await showPage(url, folders.projects, terminal);
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await page?.remove();
        await door.close();
      }
    } finally {
      await backend.dispose();
      endWatch();
    }
    terminal.line('Stopped.');
    return exitCodes.done;
  },
};

interface ServeRequest {
  readonly project: string | null;
  readonly model: string | null;
  /** Named folders, model and project: what the page may read. */
  readonly roots: readonly string[];
  readonly host: string;
  /** Null takes the usual one, or any free one when that is taken. */
  readonly port: number | null;
  readonly allowRemote: boolean;
  readonly opensBrowser: boolean;
}

async function readRequest(context: CommandContext): Promise<ServeRequest> {
  const { input } = context;
  const port = input.number('port', { min: 0, max: 65_535, whole: true });
  const [written] = input.positionals;
  const project = written === undefined ? null : await existingFolder(await findProject(written, context));
  const model = input.path('model');
  const named = [...input.paths('root'), model, project].filter((path) => path !== null);
  return {
    project,
    model,
    port,
    roots: await Promise.all(named.map(existingFolder)),
    host: input.text('host') ?? '127.0.0.1',
    allowRemote: input.flag('allow-remote'),
    opensBrowser: input.flag('open'),
  };
}

/** Without --port the usual one, so that bookmarks and tunnels keep working; any free one when that is taken. */
async function openDoor(
  { host, port, allowRemote }: ServeRequest,
  backend: Backend,
  rest: Pick<BrowserDoorOptions, 'rendererFolder' | 'onAdmission'>,
): Promise<BrowserDoor> {
  const options = { ...rest, backend, host, allowRemote };
  if (port !== null) return openBrowserDoor({ ...options, port });
  try {
    return await openBrowserDoor({ ...options, port: usualPort });
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.details['reason'] === 'EADDRINUSE')) throw thrown;
    return openBrowserDoor({ ...options, port: 0 });
  }
}

/** @returns the address to open */
function announce(
  { host, project }: ServeRequest,
  { door, roots, terminal }: { door: BrowserDoor; roots: readonly string[]; terminal: Terminal },
): string {
  const url = withProject(door.url, project);
  terminal.line('PixelLM Studio is open at');
  terminal.line(`  ${url}`);
  terminal.line(`The page may open images and projects in: ${roots.join(', ')}`);
  terminal.line('Ctrl-C stops it.');
  terminal.result({ url, port: door.port, roots });
  if (!isLoopback(host)) {
    terminal.warn(
      `Listening on ${host}: anyone on this network who has the address above can read and change your projects and the folders above. The connection is not encrypted.`,
    );
  }
  return url;
}

/** The page reads the project to show from its hash. */
function withProject(url: string, project: string | null): string {
  return project === null ? url : `${url}#open=${encodeURIComponent(project)}`;
}

/** A browser that starts takes seconds to read the page; then it has no business lying there. */
const openingPageMs = 60_000;

/** Opens the default browser by way of a page only this account can read: the address holds the token. */
async function showPage(url: string, folder: string, terminal: Terminal): Promise<OpeningPage | null> {
  const page = await writeOpeningPage(folder, url);
  if (page !== null && (await openInBrowser(page.address))) {
    setTimeout(() => void page.remove().catch(() => undefined), openingPageMs).unref(); // tried again at the end
    return page;
  }
  await page?.remove();
  terminal.warn('No browser could be opened from here. Open the address above in one.');
  return null;
}

/** The folder's real path: a root must not move when a link in it does. */
async function existingFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw new AppError('file-not-found', `There is no folder ${path}.`, { path });
  return realpath(path);
}

async function loadModel(backend: Backend, folder: string, signal: AbortSignal): Promise<void> {
  const client = connectInside(backend);
  try {
    await client.call('models.load', { folder }, { signal });
  } finally {
    client.close();
  }
}
