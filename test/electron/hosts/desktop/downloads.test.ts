import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { evaluateMuse } from '../../../../electron/backend/evaluate/evaluate-muse.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import type { LaunchedDesktop } from '../../../helpers/electron-standin/launch.ts';
import { canLaunchDesktop, launchApp } from '../../../helpers/launch-app.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';

const size = { width: 12, height: 8 };

async function aMuseFile(folder: string): Promise<string> {
  const target = {
    ...{ category_id: 1, category_name: 'cup', rephrased_name: 'the red cup', bbox: [0, 1, 3, 5] },
    segmentation: { size: [8, 12], counts: [...boxRuns([0, 1, 3, 5], size).counts] },
  };
  const records = ['a.png', 'b.png'].map((name) => ({
    ...{ file_name: name, ...size, ann_list: [target] },
    questions: ['What could one drink from?'],
    text_answers: ['From the red cup {seg}.'],
    answers: [[target]],
  }));
  for (const [number, { file_name: name }] of records.entries())
    await writeFile(join(folder, name), aPng(size, number));
  const path = join(folder, 'muse.json');
  await writeFile(path, JSON.stringify(records));
  return path;
}

/** Two results of an evaluation, where the app keeps them. */
async function withResults(folder: string, museFile: string): Promise<void> {
  const evaluations = join(folder, 'data', 'evaluations');
  await mkdir(evaluations, { recursive: true });
  for (const width of [2, 3])
    await evaluateMuse({
      ...{
        museFile,
        imagesFolder: folder,
        format: 'muse',
        style: 'app',
        threshold: 0,
        limit: null,
        judge: null,
      },
      answer: async () => {
        const mask = boxRuns([0, 1, width, 5], size);
        return { text: 'From the red cup {seg}.', masks: [{ kind: 'mask', mask }] };
      },
      model: { name: `PixelLM ${width}`, folder: '/models', precision: 'fp32', provider: 'cpu' },
      ...{ resultFile: join(evaluations, `${width}.jsonl`), isResumed: false, worst: 0 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
}

describe.skipIf(!canLaunchDesktop)('what the page made, on the desktop', () => {
  let folder: string;
  let desktop: LaunchedDesktop;
  let page: Page;
  let dialog: Locator;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pixellm-desktop-'));
    const museFile = await aMuseFile(folder);
    await withResults(folder, museFile);
    desktop = await launchApp(folder);
    await vi.waitUntil(() => desktop.windows().length === 1, { timeout: 20_000 });
    page = await desktop.lastPage();
    desktop.dialogs.openAnswer = [museFile];
    await page.getByRole('button', { name: 'Look into a MUSE file…' }).click();
    dialog = page.getByRole('dialog', { name: 'Questions and answers' });
    await dialog.getByRole('tab', { name: 'Statistics' }).click();
    await dialog.getByRole('button', { name: 'A MUSE file…' }).click();
  }, 60_000);
  afterAll(async () => {
    await desktop.quit();
    await rm(folder, { recursive: true, force: true });
  });

  /** Clicks, and gives what then lies where the person said. */
  async function saved(button: string, name: string): Promise<Buffer> {
    const path = join(folder, 'saved', name);
    desktop.dialogs.saveAnswer = path;
    await dialog.getByRole('button', { name: button }).click();
    await expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(true);
    return readFileSync(path);
  }

  test.each<[string, string, RegExp]>([
    ['Targets per question as SVG', 'targets.svg', /^<svg /u],
    ['Targets per question as PNG', 'targets.png', /^.PNG/u],
    ['All counts as CSV', 'statistics.csv', /^set,series,value,count\n/u],
  ])(
    '%s is written where the person says in the system’s own dialog',
    { timeout: 60_000 },
    async (button, name, begins) => {
      expect((await saved(button, `my ${name}`)).toString('latin1')).toMatch(begins);
      const extension = name.slice(-3);
      expect(desktop.dialogs.asked.at(-1)).toMatchObject({
        kind: 'save',
        options: {
          ...{ title: `Save ${name}`, defaultPath: name },
          filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
        },
      });
    },
  );

  test('so is a comparison as one page', { timeout: 60_000 }, async () => {
    await dialog.getByRole('tab', { name: 'Compare' }).click();
    for (const name of [/PixelLM 2/u, /PixelLM 3/u]) await dialog.getByLabel(name).check();
    expect((await saved('Save as one HTML page', 'out.html')).toString()).toMatch(/<!doctype html>/iu);
    expect(desktop.dialogs.asked.at(-1)).toMatchObject({ options: { filters: [{ extensions: ['html'] }] } });
  });

  test('a person who cancels gets no file and no complaint', async () => {
    const before = desktop.dialogs.asked.length;
    desktop.dialogs.saveAnswer = null;
    await dialog.getByRole('button', { name: 'Save as one HTML page' }).click();
    await expect.poll(() => desktop.dialogs.asked.length, { timeout: 20_000 }).toBe(before + 1);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('nothing is downloaded that the page did not make', () => {
    const isRefused = (url: string): boolean => {
      let isStopped = false;
      const item = { getURL: () => url, getFilename: () => 'x', setSaveDialogOptions: () => undefined };
      desktop.session.emit('will-download', { preventDefault: () => (isStopped = true) }, item);
      return isStopped;
    };
    const others = [
      'blob:https://evil.example/1',
      'https://evil.example/x',
      'app://pixellm/a',
      'data:,x',
      'blob:',
    ];
    expect(others.map(isRefused)).toEqual(others.map(() => true));
    expect(isRefused('blob:app://pixellm/1')).toBe(false);
  });
});
