import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../../electron/backend/host.ts';
import { type CommandOutcome, runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { type TestBackend, aTestBackend } from '../../../helpers/test-backend.ts';

interface Served {
  readonly outcome: CommandOutcome;
  readonly host: Host | null;
  readonly backend: TestBackend;
  readonly pageStatus: number;
}

/** Serves until its address is printed, opens that, then presses Ctrl-C. */
async function serveOnce(words: readonly string[], folder: string): Promise<Served> {
  await mkdir(join(folder, 'dist', 'renderer'), { recursive: true });
  await writeFile(join(folder, 'dist', 'renderer', 'index.html'), '<!doctype html>');
  const backend = aTestBackend();
  const interruption = new AbortController();
  let host: Host | null = null;
  let pageStatus = 0;
  const outcome = await runPixellm(['serve', ...words], {
    folder,
    signal: interruption.signal,
    backend: async (given) => {
      host = given;
      return backend;
    },
    onOutput(text) {
      const url = /http:\S+/u.exec(text)?.[0];
      if (url === undefined || text.includes('For another browser')) return;
      void fetch(url, { redirect: 'manual' }).then(({ status }) => {
        pageStatus = status;
        interruption.abort();
      });
    },
  });
  return { outcome, host, backend, pageStatus };
}

test('serve prints the address with its token, answers there, and stops cleanly at Ctrl-C', async () => {
  const folder = await temporaryFolder();
  const { outcome, host, backend, pageStatus } = await serveOnce(['--port', '0'], folder);
  expect(outcome.code).toBe(0);
  expect(outcome.out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}\n/u);
  expect(outcome.out).toMatch(/Stopped\.\n$/u);
  expect([pageStatus, backend.disposals, host?.door]).toEqual([200, 1, 'browser']);
  expect(outcome.out).toMatch(/For another browser: http:\S+token=/u);
});

test('only the folders that were named, and the projects folder, are opened to the page', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'photos'));
  const { host } = await serveOnce(['--port', '0', '--root', 'photos'], folder);
  expect(host?.roots).toEqual([join(folder, 'photos'), join(folder, 'projects')]);
});

test('a root that is no folder is refused before anything is opened', async () => {
  const folder = await temporaryFolder();
  const { outcome, host } = await serveOnce(['--root', 'nowhere'], folder);
  expect([outcome.code, host]).toEqual([1, null]);
  expect(outcome.err).toContain(`There is no folder ${join(folder, 'nowhere')}.`);
});

test('serving beyond this machine needs a second flag and says what it means', async () => {
  const folder = await temporaryFolder();
  const refused = await serveOnce(['--port', '0', '--host', '0.0.0.0'], folder);
  expect([refused.outcome.code, refused.outcome.err]).toEqual([1, expect.stringContaining('--allow-remote')]);
  expect(refused.backend.disposals).toBe(1);
  const allowed = await serveOnce(['--port', '0', '--host', '0.0.0.0', '--allow-remote'], folder);
  expect(allowed.outcome.code).toBe(0);
  expect(allowed.outcome.err).toContain('anyone on this network');
});

test('a project that is named is opened by the page, and its folder is open to it', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'my cups'));
  const { outcome, host } = await serveOnce(['--port', '0', 'my cups'], folder);
  expect(outcome.out).toContain(`#open=${encodeURIComponent(join(folder, 'my cups'))}`);
  expect(host?.roots).toEqual([join(folder, 'my cups'), join(folder, 'projects')]);
});

test('a model that is named is the one loaded at the start; else it is that of the settings', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'model'));
  const usual = await serveOnce(['--port', '0'], folder);
  expect(usual.host?.loadsModelAtStart).toBe(true);
  const named = await serveOnce(['--port', '0', '--model', 'model'], folder);
  expect(named.host?.loadsModelAtStart).toBe(false);
  // The test's backend has no models: the refusal shows that it was asked for this one.
  expect([named.outcome.code, named.pageStatus]).toEqual([1, 0]);
});
