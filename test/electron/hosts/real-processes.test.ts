import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const bundles = fileURLToPath(new URL('../../../dist/node', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  /** Everything it said so far, stdout and stderr together. */
  said(): string;
  ended: Promise<unknown>;
}

/** Starts a built entry as a shell would, in a group of its own, with data folders of its own and no screen. */
async function start(entry: string, words: readonly string[]): Promise<Running> {
  const file = join(bundles, entry);
  if (!existsSync(file)) throw new Error('The app is not built: run "npm run build" first.');
  const folder = await temporaryFolder();
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...environment } = process.env;
  const child = spawn(process.execPath, [file, ...words], {
    cwd: folder,
    detached: true,
    env: { ...environment, PIXELLM_DATA: join(folder, 'data'), PIXELLM_PROJECTS: join(folder, 'projects') },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, said: () => text };
}

/** What a terminal does at Ctrl-C: the signal goes to the whole group. */
function pressControlC({ child }: Running): void {
  process.kill(-(child.pid ?? 0), 'SIGINT');
}

test.skipIf(process.platform === 'win32')(
  'Ctrl-C stops the browser door, its model process included',
  async () => {
    const running = await start('cli.js', ['serve', '--port', '0']);
    await expect.poll(running.said, { timeout: 20_000 }).toMatch(/token=[\w-]+/u);
    const url = /http:\S+/u.exec(running.said())?.[0] ?? '';
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(200);
    pressControlC(running);
    await running.ended;
    expect([running.child.exitCode, running.said()]).toEqual([0, expect.stringMatching(/Stopped\.\n$/u)]);
    // The group is empty: nothing was left behind.
    expect(() => process.kill(-(running.child.pid ?? 0), 0)).toThrow(/ESRCH/u);
  },
);

test.skipIf(process.platform !== 'linux')(
  'npm start without a screen says so in one line and serves instead',
  async () => {
    const running = await start('start.js', ['--port', '0']);
    await expect.poll(running.said, { timeout: 20_000 }).toMatch(/token=[\w-]+/u);
    expect(running.said().split('\n')[0]).toBe(
      'No desktop window: This session has no screen. Serving the app to a browser instead.',
    );
    await expect.poll(running.said).toContain('No browser could be opened from here.');
    pressControlC(running);
    await running.ended;
    expect(running.child.exitCode).toBe(0);
  },
);

test('the command line answers from the built file, and a closed pipe is no failure', async () => {
  const help = await start('cli.js', ['--help']);
  await help.ended;
  expect([help.child.exitCode, help.said()]).toEqual([0, expect.stringContaining('pixellm ask IMAGE')]);
  const cut = await start('cli.js', ['--help']);
  cut.child.stdout?.destroy();
  await cut.ended;
  expect(cut.child.exitCode).toBe(0);
});
