import { seriousProblems, seriousProblemsInBothThemes } from './axe.ts';
import { ask, openSample, runCommand } from './steps.ts';
import { expect, test } from './studio.ts';

const dialogs = [
  'Settings…',
  'Models…',
  'Graphics card and speed…',
  'Keyboard shortcuts',
  'New project…',
  'All images as pictures…',
  'Ask about many images…',
  'Edit the classes…',
  'Comments on this image…',
  'Import annotations…',
  'Export…',
] as const;

test('axe finds nothing serious, light and dark, in a small window', async ({ studio }) => {
  const { page } = studio;
  await page.setViewportSize({ width: 1024, height: 700 });
  await expect(page.getByRole('button', { name: 'New project…' })).toBeVisible();
  expect(await seriousProblemsInBothThemes(page)).toEqual([]);

  await page
    .getByRole('region', { name: /try a sample/iu })
    .getByRole('button')
    .first()
    .click();
  await expect(page.getByRole('application')).toBeVisible();
  expect(await seriousProblemsInBothThemes(page)).toEqual([]);
  for (const title of dialogs) {
    await runCommand(page, title);
    await expect(page.getByRole('dialog')).toBeVisible();
    expect({ title, problems: await seriousProblemsInBothThemes(page) }).toEqual({ title, problems: [] });
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

test('axe finds nothing serious in a conversation, while targets are listed for a reference, and after', async ({
  studio,
}) => {
  const { page } = studio;
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await openSample(page, 'A meal in the air');
  await ask(page, 'What can I eat?');
  await page.locator('#question').pressSequentially('Is the @b');
  await expect(page.getByRole('listbox', { name: 'Targets of this image' })).toBeVisible();
  expect(await seriousProblems(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.keyboard.type(' large?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article', { name: 'Is the burger large?' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  expect(await seriousProblems(page)).toEqual([]);
});

test('About shows the licences of what is inside', async ({ studio }) => {
  const { page } = studio;
  await openSample(page, 'A meal in the air');
  await runCommand(page, 'About PixelLM Studio');
  await page.getByText('Licences of what is inside').click();
  await expect(page.getByLabel('Licences of what is inside')).toHaveValue(
    /Under the GNU Lesser General Public License/u,
  );
  expect(await seriousProblems(page)).toEqual([]);
});
