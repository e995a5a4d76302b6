import { seriousProblems, seriousProblemsInBothThemes } from './axe.ts';
import { ask, openSample, picture, runCommand, targetRows } from './steps.ts';
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

  await test.step('while its targets are reviewed', async () => {
    await page.setViewportSize({ width: 1024, height: 700 });
    await picture(page).focus();
    await page.keyboard.press('ControlOrMeta+Shift+r');
    await expect(page.getByRole('button', { name: /^Accept/u }).first()).toBeVisible();
    const selected = targetRows(page).and(page.locator('[aria-selected=true]'));
    await expect(selected).toBeInViewport({ ratio: 1 });
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
  });
  await test.step('while a class is chosen for the next stroke', async () => {
    await picture(page).focus();
    await page.keyboard.press('b');
    await page.getByRole('button', { name: /^Class of what is drawn next/u }).click();
    await expect(page.getByPlaceholder('Find a class, or type a new one')).toBeFocused();
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });
  await test.step('in the gallery with masks, a picked image and a search that is half understood', async () => {
    await page.keyboard.press('ControlOrMeta+Shift+g');
    await page.keyboard.press('Space');
    await expect(page.getByText('1 image picked')).toBeVisible();
    await page.getByRole('searchbox', { name: 'Search images' }).last().fill('score:<often');
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });
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
