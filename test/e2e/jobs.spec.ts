import { openSample, runCommand } from './steps.ts';
import { expect, test } from './studio.ts';

test('questions put to many images run as a job that is seen, and leave answers to review', async ({
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
  await jobs.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('article', { name: 'Is there a dog?' })).toBeVisible();
  await expect(page.getByRole('article', { name: 'What can I eat?' })).toBeVisible();
});
