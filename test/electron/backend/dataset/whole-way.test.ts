import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { newAnnotation, newCategory } from '../../../../electron/common/document/new-records.ts';
import type { AnnotationId, CategoryId, Diff, Entity } from '../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { evaluateModel } from '../../../../electron/backend/evaluate/evaluate-model.ts';
import { browserFlags, findBrowser } from '../../../find-browser.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { aChatEndpoint } from '../../../helpers/chat-endpoint.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const scenes = ['scene-01.png', 'scene-02.png', 'scene-03.png'];
const browser = findBrowser();

/** Sample scenes with two masks each, drawn by a person. */
async function withSampleScenes(app: App): Promise<void> {
  const sources = scenes.map((name) => ({
    kind: 'path' as const,
    path: join(root, 'assets', 'samples', name),
  }));
  for await (const event of app.client.stream('images.import', { sources }))
    if (event.type === 'failed') throw new Error(event.error.message);
  const category = newCategory({ id: 'thing' as CategoryId, name: 'thing', colour: '#0072b2', order: 1 });
  const added: Entity[] = [category];
  for (const image of await app.records('image')) {
    for (const index of [0, 1]) {
      const box = [
        Math.floor(image.width / 2) * index + 4,
        10,
        Math.floor(image.width / 3),
        Math.floor(image.height / 2),
      ] as const;
      added.push(
        newAnnotation({
          id: `${image.id.slice(0, 30)}-${index}` as AnnotationId,
          ...{ imageId: image.id, categoryId: category.id, name: 'thing', bbox: box, area: box[2] * box[3] },
          mask: rleOf(boxRuns(box, image)),
          ...{
            source: 'person' as const,
            colour: '#0072b2',
            order: index,
            createdAt: '2026-11-27T00:00:00.000Z',
          },
        }),
      );
    }
  }
  await app.commit({ added, changed: [], removed: [] });
}

async function exported(app: App, path: string): Promise<{ what: string; count: number }[]> {
  for await (const event of app.client.stream('formats.export', {
    format: 'muse',
    imageIds: null,
    options: {},
    path,
  }))
    if (event.type === 'done') return event.losses;
  throw new Error('The export ended without its last word.');
}

test.skipIf(browser === null)(
  'questions made here, accepted, exported, put to the bundled model twice and compared make a page that a browser shows',
  {
    timeout: 240_000,
  },
  async () => {
    const app = await anApp();
    await withSampleScenes(app);
    const server = await aChatEndpoint(() => 'good');
    const endpoint = { baseUrl: server.baseUrl, model: 'scripted', vision: false };
    await app.client.call('muse.generate', { imageIds: null, endpoint, perImage: 1 });
    while ((await app.client.call('jobs.list', {}))[0]?.state !== 'done')
      await new Promise((resolve) => setTimeout(resolve, 5));

    const museFile = join(app.folder, 'muse.json');
    // Drafts are nobody's yet: there is nothing to export, and that is said.
    await expect(exported(app, museFile)).rejects.toThrow('drafts that nobody accepted');
    const drafts = await app.records('turn');
    const accept: Diff = {
      added: [],
      changed: drafts.map((turn) => [turn, { ...turn, draft: false }]),
      removed: [],
    };
    await app.commit(accept);
    expect(await exported(app, museFile)).toEqual([]);
    const written = JSON.parse(await readFile(museFile, 'utf8')) as {
      answers: { rephrased_name: string }[][];
    }[];
    expect(written.map(({ answers }) => answers[0]?.map(({ rephrased_name }) => rephrased_name))).toEqual(
      Array(3).fill(['the left thing', 'the right thing']),
    );

    const results: string[] = [];
    for (const threshold of [0, 2]) {
      const resultFile = join(app.folder, `at-${threshold}.jsonl`);
      const { signal } = new AbortController();
      const model = join(root, 'native-models', 'bundled', 'pixellm-drawn-scenes');
      const { evaluation } = await evaluateModel(
        { folder: model, provider: 'cpu', threads: 1, signal },
        {
          ...{
            museFile,
            format: 'muse',
            imagesFolder: join(root, 'assets', 'samples'),
            threshold,
            limit: null,
          },
          ...{
            style: 'app',
            judge: null,
            resultFile,
            isResumed: false,
            worst: 0,
            signal,
            onProgress: () => undefined,
          },
        },
      );
      expect(evaluation.questions).toHaveLength(3);
      expect(evaluation.losses).toEqual([]);
      results.push(resultFile);
    }
    const page = join(app.folder, 'page.html');
    const outcome = await runPixellm(['compare', ...results, '--html', page], {
      backend: app.backend,
      folder: app.folder,
    });
    expect(outcome).toMatchObject({ code: 0, err: '' });

    const chrome = await chromium.launch({ executablePath: browser ?? '', args: [...browserFlags] });
    try {
      const shown = await chrome.newPage();
      const complaints: string[] = [];
      shown.on('console', (message) => void complaints.push(message.text()));
      shown.on('pageerror', (error) => void complaints.push(error.message));
      const asked: string[] = [];
      shown.on('request', (request) => void asked.push(request.url().slice(0, 5)));
      await shown.goto(pathToFileURL(page).href);
      expect(await shown.getByRole('heading', { name: 'A against B' }).isVisible()).toBe(true);
      expect(await shown.getByRole('row').count()).toBeGreaterThan(4);
      expect(await shown.locator('article').count()).toBeGreaterThan(0);
      expect(await shown.locator('article svg image').count()).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
      // Its pictures lie in it: nothing else was fetched.
      expect(asked).toEqual(['file:']);
      await shown.screenshot({ path: join(root, 'test-results', 'comparison.png'), fullPage: true });
    } finally {
      await chrome.close();
    }
  },
);
