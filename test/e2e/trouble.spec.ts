import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  addImageFromDisk,
  ask,
  chipsOf,
  exportCoco,
  importCoco,
  importDialog,
  openSample,
  picture,
  targetRows,
  turnOf,
} from './steps.ts';
import { expect, test } from './studio.ts';

const samples = fileURLToPath(new URL('../../assets/samples', import.meta.url));
const bundledQuestion = 'What can I eat?';

test('the model process dies while it answers: the reason is said, nothing is lost, asking again works', async ({
  studio,
}) => {
  test.skip(process.platform === 'win32', 'processes cannot be listed there');
  const { page } = studio;
  await openSample(page, 'A full table');
  await ask(page, 'Find the clock.');
  const before = await exportCoco(studio);
  const model = studio.inferenceProcess();
  if (model === null) throw new Error('The model has no process.');

  process.kill(model, 'SIGSTOP'); // the real model, paused: it cannot be done before it is killed
  const composer = page.getByRole('textbox', { name: 'Ask about this image' });
  await composer.fill('Segment everything.');
  await composer.press('Enter');
  const turn = turnOf(page, 'Segment everything.');
  await expect(turn.getByText(/^\d+\.\d s$/u)).toBeVisible();
  process.kill(model, 'SIGKILL');
  await expect(turn.getByRole('alert')).toContainText('The process that runs the model is gone');
  await expect(turn.getByRole('alert')).toContainText('Your project is safe');
  await expect(turn.getByText(/^Not answered/u)).toBeVisible();
  // What stood there before stands there still.
  const kept = (await exportCoco(studio)).coco.annotations.map(({ segmentation }) => segmentation);
  for (const { segmentation } of before.coco.annotations) expect(kept).toContainEqual(segmentation);

  await turn.getByRole('alert').getByRole('button', { name: 'Ask again' }).click();
  await expect(chipsOf(turn)).not.toHaveCount(0);
  await expect(turn.getByRole('alert')).toHaveCount(0);
  expect(studio.inferenceProcess()).not.toBe(model);
});

test('an image that changed on disk is said to have changed, its masks stay, and it can be put right', async ({
  studio,
}) => {
  const file = join(studio.folder, 'table.png');
  await copyFile(join(samples, 'scene-01.png'), file);
  await openSample(studio.page, 'Hearts');
  await addImageFromDisk(studio, file);
  await ask(studio.page, bundledQuestion);
  await expect(targetRows(studio.page)).toHaveCount(3);

  await copyFile(join(samples, 'scene-05.png'), file); // of the same size
  const page = await studio.restart(); // nothing of the old picture is left in memory
  const warning = page.getByRole('alert').filter({ hasText: 'is not the one that was added' });
  await expect(warning).toContainText('table.png');
  await expect(targetRows(page)).toHaveCount(3);
  const composer = page.getByRole('textbox', { name: 'Ask about this image' });
  await composer.fill('Find the banana.');
  await composer.press('Enter');
  const refused = turnOf(page, 'Find the banana.');
  await expect(refused.getByRole('alert')).toContainText('table.png');

  await warning.getByRole('button', { name: 'Find the file…' }).click();
  await page.getByRole('button', { name: 'Use it as it is now' }).click();
  await expect(page.getByText('Another picture stands for table.png now')).toBeVisible();
  await expect(warning).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(warning).toHaveCount(1);

  await copyFile(join(samples, 'scene-01.png'), file);
  await warning.getByRole('button', { name: 'Check again' }).click();
  await expect(warning).toHaveCount(0);
  await refused.getByRole('button', { name: 'Ask again' }).first().click();
  await expect(chipsOf(refused)).toHaveCount(1);
});

test('a bad COCO file is refused or reported item by item, and what is there stays as it is', async ({
  studio,
}) => {
  const { page } = studio;
  await openSample(page, 'A meal in the air');
  await ask(page, bundledQuestion);
  const before = await exportCoco(studio);
  const image = before.coco.images[0];
  const path = join(studio.folder, 'bad.json');

  await writeFile(path, '{ "images": [ {');
  const dialog = await importDialog(page);
  await studio.chooseFile(path, () => dialog.getByRole('button', { name: 'Choose…' }).click());
  await expect(dialog.getByRole('alert')).toContainText(/not (?:valid )?JSON|ends|cut/iu);
  await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  await page.keyboard.press('Escape');

  const mask = { image_id: image?.id, category_id: 1, iscrowd: 0 };
  await writeFile(
    path,
    JSON.stringify({
      images: [image],
      categories: [{ id: 1, name: 'cup' }],
      annotations: [
        { ...mask, id: 1, segmentation: { size: [3, 3], counts: [9] } },
        { ...mask, id: 2, segmentation: { size: [336, 448], counts: [5, 5] } },
        { ...mask, id: 3, segmentation: [[1, 1, 5, 5]] },
        { ...mask, id: 4, image_id: 99, segmentation: [[1, 1, 5, 1, 5, 5]] },
        { ...mask, id: 5, segmentation: [[-90, -90, -50, -90, -50, -50]] },
      ],
    }),
  );
  const report = await importCoco(studio, path, 0);
  expect(report.length).toBeGreaterThanOrEqual(4);
  expect((await exportCoco(studio)).coco.annotations).toEqual(before.coco.annotations);
  await expect(picture(page)).toBeVisible();
});
