import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { openBrowserDoor } from '../../../../electron/hosts/server.ts';
import { writeOpeningPage } from '../../../../electron/hosts/server/opening-page.ts';
import { browserFlags, findBrowser } from '../../../find-browser.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { aTestBackend } from '../../../helpers/test-backend.ts';

const url = 'http://127.0.0.1:7417/?token=secret#open=%2Fa%20"b"&<c>';
const browser = findBrowser();

test('the page is one nobody else can read, and its address says nothing', async () => {
  const folder = join(await temporaryFolder(), 'Projets à moi');
  const page = await writeOpeningPage(folder, url);
  const path = fileURLToPath(page?.address ?? '');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(page?.address).not.toContain('secret');
  expect(await readFile(path, 'utf8')).toContain(
    'content="0;url=http://127.0.0.1:7417/?token=secret#open=%2Fa%20&quot;b&quot;&amp;&lt;c>"',
  );
  await page?.remove();
  expect(await readdir(folder)).toEqual([]);
});

test('what lies in its place is replaced, not written through', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'victim'), 'mine');
  await symlink(join(folder, 'victim'), join(folder, 'open-pixellm-studio-7417.html'));
  const page = await writeOpeningPage(folder, url);
  expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('mine');
  expect(await readFile(fileURLToPath(page?.address ?? ''), 'utf8')).toContain('secret');
});

test.skipIf(process.getuid?.() === 0)('a folder that takes no file gives no page', async () => {
  const folder = join(await temporaryFolder(), 'closed');
  await mkdir(folder);
  await chmod(folder, 0o500);
  expect(await writeOpeningPage(folder, url)).toBeNull();
});

test('a folder that cannot be made gives no page', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  expect(await writeOpeningPage(join(folder, 'file', 'projects'), url)).toBeNull();
});

test.skipIf(browser === null)(
  'a browser that opens it ends up in the app, admitted, with the project to show',
  async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>The app</title>');
    const options = { backend: aTestBackend(), rendererFolder: folder, host: '127.0.0.1', port: 0 };
    const door = await openBrowserDoor({ ...options, allowRemote: false });
    const opening = await writeOpeningPage(folder, `${door.url}#open=%2Fcups%20%26%20plates`);
    const chrome = await chromium.launch({ executablePath: browser as string, args: [...browserFlags] });
    onTestFinished(async () => {
      await chrome.close();
      await door.close();
    });
    const page = await chrome.newPage();
    await page.goto(opening?.address ?? '');
    // The app's own page takes the token out of the address; this stand-in of it does not.
    await page.waitForURL((address) => address.port === `${door.port}`);
    expect(await page.title()).toBe('The app');
    expect(new URL(page.url()).hash).toBe('#open=%2Fcups%20%26%20plates');
    expect(await page.evaluate(async () => (await fetch('/index.html')).status)).toBe(200);
  },
);
