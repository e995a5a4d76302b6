import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { browserFlags, findBrowser } from '../../find-browser.ts';
import { pageProbe } from './page-probe.ts';
import { printedAddress } from '../../helpers/printed-address.ts';

/** The app as a person has it: the built server on a project, and a real browser on its page. */
export interface OpenApp {
  readonly browser: Browser;
  readonly server: ChildProcess;
  readonly address: string;
  /** Milliseconds from its start to its address. */
  readonly serverReadyMs: number;
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** The benches run as dist/test/bench.js. */
const root = resolve(process.argv[1] ?? '', '../../..');

/** @throws Error when there is no browser, or the server gives no address within a minute */
export async function openApp(options: {
  readonly project: string;
  readonly folder: string;
  readonly viewport: { readonly width: number; readonly height: number };
}): Promise<OpenApp> {
  const executablePath = findBrowser();
  if (executablePath === null)
    throw new Error('No Chrome, Chromium or Edge was found (PIXELLM_BROWSER names one).');
  const start = performance.now();
  const server = startServer(options);
  const address = await printedAddress(server);
  const serverReadyMs = performance.now() - start;
  const browser = await chromium.launch({ executablePath, args: [...browserFlags] });
  const context = await browser.newContext({ viewport: options.viewport });
  await context.addInitScript(pageProbe);
  return {
    browser,
    server,
    address,
    serverReadyMs,
    newPage: () => context.newPage(),
    close: async () => {
      await browser.close();
      const ended = new Promise((done) => server.once('exit', done));
      server.kill();
      await ended;
    },
  };
}

function startServer({
  project,
  folder,
}: {
  readonly project: string;
  readonly folder: string;
}): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const environment = {
    ...Object.fromEntries(inherited),
    PIXELLM_DATA: join(folder, 'data'),
    PIXELLM_PROJECTS: join(folder, 'projects'),
  };
  const script = join(root, 'dist/node/cli.js');
  return spawn(process.execPath, [script, 'serve', project, '--port', '0', '--root', folder], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
