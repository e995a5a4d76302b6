import { seriousProblemsInBothThemes } from './axe.ts';
import { openSample, picture, runCommand, targetRows } from './steps.ts';
import { expect, test } from './studio.ts';

test('questions put to many images run as a job that is seen, and leave answers to review; the hand’s own steps are undone before it', async ({
  studio,
}) => {
  const { page } = studio;
  await openSample(page, 'A meal in the air');
  await runCommand(page, 'Ask about many images…');
  const dialog = page.getByRole('dialog', { name: 'Ask about many images' });
  await dialog.getByLabel('Questions').fill('What can I eat?\nIs there a dog?\n');
  await expect(dialog).toContainText('2 questions × 1 image = 2 answers');
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
  const jobs = page.getByRole('dialog', { name: 'Jobs' });
  await expect(jobs).toContainText('2 of 2 done', { timeout: 60_000 });
  await jobs.getByRole('button', { name: 'Show the items' }).click();
  await expect(jobs.getByRole('listitem').filter({ hasText: 'done' })).not.toHaveCount(0);

  await test.step('the same while it goes on, in a small window', async () => {
    await page.setViewportSize({ width: 1024, height: 700 });
    const model = studio.inferenceProcess();
    if (model === null) throw new Error('No model runs.');
    process.kill(model, 'SIGSTOP');
    await jobs.getByRole('button', { name: 'Ask about many images…' }).click();
    await dialog.getByLabel('Questions').fill('What can fly?\nSegment everything.');
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
    await expect(jobs).toContainText('0 of 2 done · now');
    await jobs.getByRole('button', { name: 'Show the items' }).first().click();
    await expect(jobs.getByText('waiting', { exact: true })).toHaveCount(1);
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
    await jobs.getByRole('button', { name: 'Close' }).last().click();
    // A hand's own step while the job waits: Ctrl+Z means this one, whatever the job leaves meanwhile.
    const before = await targetRows(page).count();
    await picture(page).focus();
    await page.keyboard.press('b');
    await page.keyboard.press('n');
    await picture(page).click();
    await expect(targetRows(page)).toHaveCount(before + 1);
    process.kill(model, 'SIGCONT');
    await expect(page.getByText(/^Finished: Ask/u)).toBeVisible({ timeout: 60_000 });
    const after = await targetRows(page).count();
    await page.keyboard.press('ControlOrMeta+z');
    await expect(targetRows(page)).toHaveCount(after - 1);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(targetRows(page)).toHaveCount(before);
  });
  await expect(page.getByRole('article', { name: 'Is there a dog?' })).toBeVisible();
  await expect(page.getByRole('article', { name: 'What can I eat?' })).toBeVisible();
  await expect(page.getByRole('article', { name: 'What can fly?' })).toHaveCount(0);
});
