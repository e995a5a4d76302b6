import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { evaluateMuse } from '../../electron/backend/evaluate/evaluate-muse.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import { aPng } from '../helpers/pictures-on-disk.ts';
import { startChatEndpoint } from '../helpers/start-chat-endpoint.ts';
import { seriousProblemsOfLooks } from './axe.ts';
import { ask, openSample, runCommand, waitUntilSaved } from './steps.ts';
import { expect, test } from './studio.ts';

const workbench = (page: Page): Locator => page.getByRole('dialog', { name: 'Questions and answers' });

async function openPage(page: Page, title: string): Promise<Locator> {
  await runCommand(page, title);
  const dialog = workbench(page);
  await expect(dialog).toBeVisible();
  return dialog;
}

/** A sample with an accepted answer: something to ask about, and something to count. */
async function withAcceptedTargets(page: Page): Promise<void> {
  await openSample(page, 'A meal in the air');
  const turn = await ask(page, 'What can I eat?');
  await turn.getByRole('button', { name: 'Accept all' }).click();
  await waitUntilSaved(page);
}

// Each page is looked at in two sizes, light and dark.
test.slow();

test('questions are generated as drafts with everything said before, and are accepted, edited and rejected in the conversation', async ({
  studio,
}) => {
  const { page } = studio;
  const endpoint = await startChatEndpoint(() => 'good');
  try {
    await withAcceptedTargets(page);
    const dialog = await openPage(page, 'Generate questions…');
    await expect(dialog.getByText('nothing is ever sent until you set one up here')).toBeVisible();
    expect(await seriousProblemsOfLooks(page, 'generate-empty')).toEqual([]);
    await dialog.getByLabel('Address').fill(endpoint.baseUrl);
    await dialog.getByLabel('Model', { exact: true }).fill('scripted');
    await dialog.getByLabel('Key').fill('sk-secret-123456');
    await dialog.getByRole('button', { name: 'Set up' }).click();
    await expect(dialog.getByText(/its key lies in/u)).toBeVisible();
    await dialog.getByText('The first request, word for word').click();
    await expect(dialog.getByLabel('The first request')).toContainText('You write training data');
    await expect(dialog.getByText(/Sent to .*names and boxes of the masks/u)).toBeVisible();
    expect(await seriousProblemsOfLooks(page, 'generate-ready')).toEqual([]);
    expect(endpoint.asked).toHaveLength(0);
    await dialog.getByRole('button', { name: 'Generate 3 questions' }).click();
    await expect(dialog.getByText('3 drafts to decide on')).toBeVisible({ timeout: 30_000 });
    expect(await seriousProblemsOfLooks(page, 'generate-done')).toEqual([]);
    expect(await page.content()).not.toContain('sk-secret');
    await dialog.getByRole('button', { name: 'Close' }).click();

    const drafts = page.getByRole('group', { name: 'Draft' });
    await expect(drafts).toHaveCount(3);
    await drafts.first().getByRole('button', { name: 'Accept' }).click();
    await expect(drafts).toHaveCount(2);
    await drafts.first().getByRole('button', { name: 'Reject' }).click();
    await expect(drafts).toHaveCount(1);
    await drafts.first().getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('group', { name: 'Question and answer' });
    await editor.getByLabel('Question').fill('What would one eat {here}?');
    const problems = editor.getByRole('list', { name: 'Rules that are broken' });
    await expect(problems.getByText(/curly brackets/u)).toBeVisible();
    expect(await seriousProblemsOfLooks(page, 'editor')).toEqual([]);
    await problems.getByRole('button', { name: 'Mend' }).click();
    await expect(editor.getByLabel('Question')).toHaveValue('What would one eat (here)?');
    await editor.getByRole('button', { name: 'Save and accept' }).click();
    await expect(page.getByRole('article', { name: 'What would one eat (here)?' })).toBeVisible();
    await expect(drafts).toHaveCount(0);
  } finally {
    await endpoint.close();
  }
});

test('a question is written by hand, its targets from the picture, and what is being written survives another image', async ({
  studio,
}) => {
  const { page } = studio;
  await withAcceptedTargets(page);
  await page.getByRole('button', { name: 'Write a question and its answer' }).click();
  const editor = page.getByRole('group', { name: 'Question and answer' });
  await editor.getByLabel('Question').fill('What is on the tray?');
  await editor.getByLabel('Answer').fill('On it lies the food ');
  await editor.getByRole('button', { name: /^Add \{seg\} for/u }).click();
  await expect(editor.getByLabel('Answer')).toHaveValue(/the food \{seg\}/u);
  await editor.getByLabel('Description of target 1').fill('the food on the tray');
  await editor.getByRole('button', { name: 'Save', exact: true }).click();
  const turn = page.getByRole('article', { name: 'What is on the tray?' });
  await expect(turn.locator('p [aria-pressed]')).toHaveCount(1);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(turn).toHaveCount(0);
});

test('the project is checked, counted and divided, and charts are saved as SVG, PNG and CSV', async ({
  studio,
}) => {
  const { page } = studio;
  await withAcceptedTargets(page);
  const dialog = await openPage(page, 'Check questions…');
  await expect(dialog.getByText(/^1 question of 1 image/u)).toBeVisible();
  await dialog.getByRole('button', { name: 'Divide' }).click();
  await expect(dialog.getByText(/to train, .*Undo takes it back/u)).toBeVisible();
  expect(await seriousProblemsOfLooks(page, 'check')).toEqual([]);
  await dialog.getByRole('tab', { name: 'Statistics' }).click();
  await expect(dialog.getByRole('img', { name: /^Instances per category/u })).toBeVisible();
  expect(await seriousProblemsOfLooks(page, 'statistics')).toEqual([]);
  const saved = async (name: string): Promise<Buffer> =>
    readFile(await studio.saveFile(() => dialog.getByRole('button', { name }).click()));
  expect((await saved('Targets per question as SVG')).toString()).toMatch(/^<svg /u);
  expect((await saved('Targets per question as PNG')).subarray(1, 4).toString()).toBe('PNG');
  expect((await saved('All counts as CSV')).toString()).toMatch(/^set,series,value,count\n/u);
});

test('a MUSE file is looked into without a project: searched, and shown with its masks', async ({
  studio,
}) => {
  const { page, folder } = studio;
  const runs = (left: number): object => ({ size: [40, 60], counts: [left * 40, 400, (50 - left) * 40] });
  const cup = {
    category_id: 1,
    category_name: 'cup',
    rephrased_name: 'the red cup',
    bbox: [5, 0, 10, 40],
    segmentation: runs(5),
  };
  const dog = { ...cup, category_name: 'dog', rephrased_name: 'the old dog', segmentation: runs(30) };
  const records = Array.from({ length: 300 }, (_, number) => ({
    ...{ file_name: `scene-${number}.jpg`, width: 60, height: 40, ann_list: [cup, dog] },
    questions: [`What could one drink from in scene ${number}?`, 'Who waits beside the cup?'],
    text_answers: ['From the red cup {seg}.', 'The old dog {seg} waits beside the red cup {seg}.'],
    answers: [[cup], [dog, cup]],
  }));
  await writeFile(join(folder, 'muse.json'), JSON.stringify(records));
  await page.getByRole('button', { name: 'Look into a MUSE file…' }).click();
  const dialog = workbench(page);
  expect(await seriousProblemsOfLooks(page, 'browse-empty')).toEqual([]);
  await dialog.getByRole('button', { name: 'Choose a MUSE file…' }).click();
  const files = page.getByRole('dialog', { name: 'Choose a MUSE file' });
  await files.getByRole('button', { name: basename(folder) }).click();
  await files.getByRole('button', { name: /muse\.json/u }).click();
  await files.getByRole('button', { name: 'Choose', exact: true }).click();
  await expect(dialog.getByText('600 questions', { exact: false }).first()).toBeVisible();
  await dialog.getByLabel('Words').fill('dog 250');
  await expect(dialog.getByText('1 question', { exact: true })).toBeVisible();
  await dialog.getByLabel('Words').fill('beside');
  await dialog.getByLabel('Category').selectOption('dog');
  await dialog.getByLabel('Targets, from').fill('2');
  await expect(dialog.getByRole('status').getByText('300 questions', { exact: true })).toBeVisible();
  const shown = dialog.getByRole('region', { name: 'The question' });
  await expect(shown.getByText('the old dog dog')).toBeVisible();
  await expect(shown.locator('svg path')).toHaveCount(2);
  expect(await seriousProblemsOfLooks(page, 'browse')).toEqual([]);
});

test('results of evaluations are compared side by side, and saved as one page', async ({ studio }) => {
  const { page, folder } = studio;
  const size = { width: 60, height: 40 };
  const cup = boxRuns([5, 5, 20, 20], size);
  const target = {
    ...{ category_id: 1, category_name: 'cup', rephrased_name: 'the red cup', bbox: [5, 5, 20, 20] },
    segmentation: { size: [40, 60], counts: [...cup.counts] },
  };
  const museFile = join(folder, 'muse.json');
  const images = join(folder, 'images');
  await mkdir(images);
  const records = [];
  for (let number = 0; number < 6; number++) {
    await writeFile(join(images, `${number}.png`), aPng(size, number));
    records.push({
      ...{ file_name: `${number}.png`, ...size, ann_list: [target] },
      questions: ['What could one drink from?'],
      text_answers: ['From the red cup {seg}.'],
      answers: [[target]],
    });
  }
  await writeFile(museFile, JSON.stringify(records));
  const evaluations = join(folder, 'data', 'evaluations');
  await mkdir(evaluations, { recursive: true });
  for (const [name, width] of [
    ['int4', 10],
    ['fp32', 18],
  ] as const)
    await evaluateMuse({
      ...{
        museFile,
        format: 'muse',
        imagesFolder: images,
        threshold: 0,
        limit: null,
        style: 'app',
        judge: null,
      },
      answer: async ({ image }) => {
        const mask = boxRuns([5, 5, width - Number.parseInt(image.key), 20], size);
        return { text: 'From the red cup {seg}.', masks: [{ kind: 'mask', mask }] };
      },
      model: { name: 'PixelLM small', folder: '/models', precision: name, provider: 'cpu' },
      ...{ resultFile: join(evaluations, `${name}.jsonl`), isResumed: false, worst: 0 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  await page.getByRole('button', { name: 'Look into a MUSE file…' }).click();
  const dialog = workbench(page);
  await dialog.getByRole('tab', { name: 'Compare' }).click();
  await dialog.getByLabel(/PixelLM small, int4/u).check();
  await dialog.getByLabel(/PixelLM small, fp32/u).check();
  await expect(dialog.getByText(/^6 questions of 6 images that all answered/u)).toBeVisible();
  await expect(dialog.getByRole('row', { name: /^gIoU/u })).toContainText('0.3750');
  await expect(dialog.getByRole('article').first().locator('svg image')).toHaveCount(3);
  expect(await seriousProblemsOfLooks(page, 'compare')).toEqual([]);
  const saved = await studio.saveFile(() =>
    dialog.getByRole('button', { name: 'Save as one HTML page' }).click(),
  );
  expect((await readFile(saved, 'utf8')).match(/<article>/gu)).toHaveLength(12);
});
