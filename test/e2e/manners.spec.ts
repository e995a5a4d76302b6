import { centreOf, openSample, picture, runCommand, targetRows, toolInUse } from './steps.ts';
import { expect, test } from './studio.ts';

test('a tooltip goes when its control is pressed, covered, folded away or left, and never explains what is not there', async ({
  studio,
}) => {
  const { page } = studio;
  await openSample(page, 'Hearts');
  const tool = page.getByRole('toolbar', { name: 'Tools' }).getByRole('button').nth(1);
  const tooltip = page.getByRole('tooltip');
  const rest = async (): Promise<void> => {
    await page.mouse.move(700, 450);
    await expect(tooltip).toHaveCount(0);
    await tool.hover();
    await expect(tooltip).toContainText((await tool.getAttribute('aria-label')) ?? 'a name');
  };

  await rest();
  await tool.click();
  await expect(tooltip).toHaveCount(0);

  await rest();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible();
  await expect(tooltip).toHaveCount(0);
  await page.keyboard.press('Escape');

  // Beneath a pointer that does not move: what it lies in is folded away, then it is gone itself.
  const control = await tool.elementHandle();
  await rest();
  await control?.evaluate((button) => button.parentElement?.style.setProperty('display', 'none'));
  await expect(tooltip).toHaveCount(0);
  await control?.evaluate((button) => button.parentElement?.style.removeProperty('display'));
  await rest();
  // Its neighbour moves up beneath the pointer, and may explain itself.
  const name = (await tool.getAttribute('aria-label')) ?? '';
  await control?.evaluate((button) => button.remove());
  await expect(tooltip.filter({ hasText: name })).toHaveCount(0);
});

test('the palette shows no heading without a command, and says so where nothing is called that', async ({
  studio,
}) => {
  const { page } = studio;
  await openSample(page, 'Hearts');
  await expect(picture(page)).toBeVisible();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const search = palette.getByPlaceholder('Type a command or an image name');
  const groups = palette.locator('[cmdk-group]').filter({ visible: true });
  const headings = palette.locator('[cmdk-group-heading]').filter({ visible: true });

  for (const words of ['', 'undo', 'export', 'hearts', 'zoom', 'e', 'no command is called so']) {
    await search.fill(words);
    // Each heading that can be seen stands over a command that can be seen.
    await expect
      .poll(async () => {
        const counts = await groups.evaluateAll((found) =>
          found.map((group) => [...group.querySelectorAll('[cmdk-item]')].length),
        );
        const bare = (await headings.count()) - counts.length;
        return { empty: counts.filter((count) => count === 0).length, bare };
      }, `headings for "${words}"`)
      .toEqual({ empty: 0, bare: 0 });
  }
  await expect(headings).toHaveCount(0);
  await expect(palette).toContainText('Nothing is called that.');
  await search.fill('undo');
  await expect(headings).not.toHaveCount(0);
});

test('a palette that was open before the picture came offers what can be done with it', async ({
  studio,
}) => {
  const { page } = studio;
  const sample = page.getByRole('region', { name: /try a sample/iu }).getByRole('button', { name: 'Hearts' });
  await sample.click();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await palette.getByRole('combobox').fill('Ask about many images');
  await expect(palette.getByRole('option', { name: 'Ask about many images…' })).toBeVisible();
});

test('a page whose key is of another launch says that it was not let in and what to do, and comes in with a new address', async ({
  studio,
}) => {
  test.skip(studio.door !== 'browser', 'the desktop door has no addresses');
  const { page } = studio;
  await openSample(page, 'Hearts');
  // The cookie is this launch's, what the page holds is not: as after the app was started again on the same port.
  await page.evaluate(() => localStorage.setItem('pixellm.key', 'of-another-launch'));
  await page.reload();
  const refusal = page.getByRole('alert');
  await expect(refusal).toContainText('This page was not let in');
  await expect(refusal).toContainText('Open the address that "pixellm serve" printed last');
  await refusal.getByRole('button', { name: 'Try again' }).click();
  await expect(refusal).toContainText('This page was not let in');

  await page.goto(studio.printedLast());
  await expect(picture(page)).toBeVisible();
  await runCommand(page, 'Keyboard shortcuts…');
});

test('a key in the middle of a stroke loses nothing of it, Escape takes it back, and drafts are asked about before they go', async ({
  studio,
}) => {
  const { page } = studio;
  await openSample(page, 'Hearts');
  await expect(page.getByRole('contentinfo').getByText('%')).toBeVisible();
  const middle = await centreOf(picture(page));
  const begin = async (by: number): Promise<void> => {
    await page.mouse.move(middle.x, middle.y + by);
    await page.mouse.down();
    await page.mouse.move(middle.x + 60, middle.y + by, { steps: 4 });
  };
  await picture(page).focus();
  await page.keyboard.press('b');
  await begin(0);
  await page.keyboard.press('p');
  await page.mouse.up();
  await expect(targetRows(page)).toHaveCount(1);
  await expect(toolInUse(page)).toHaveAccessibleName('Polygon');

  // The panel about the selected target goes with the selection, and does not come back over what is drawn next and take its keys.
  await picture(page).focus();
  await page.keyboard.press('k');
  const panel = page.getByRole('dialog', { name: 'Clean up the selected masks' });
  await expect(panel).toBeVisible();
  await picture(page).focus();
  await page.keyboard.press('n');
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('b');
  await begin(30);
  // Another button in the middle of it: the browser takes the pointer away, the hand that draws is still down.
  await page.mouse.down({ button: 'middle' });
  await page.mouse.up({ button: 'middle' });
  await page.mouse.up();
  await expect(targetRows(page)).toHaveCount(2);
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(targetRows(page)).toHaveCount(1);

  await page.keyboard.press('n');
  await page.keyboard.press('b');
  await begin(60);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(targetRows(page)).toHaveCount(1);

  await page.keyboard.press('p');
  await picture(page).click();
  await expect(page.getByRole('button', { name: 'Discard' })).toBeVisible();
  await page.keyboard.press('v');
  await runCommand(page, 'Close project');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  // Who comes to the page by another way is asked by the browser.
  const asked = page.waitForEvent('dialog');
  const leaving = page.evaluate(() => location.reload()).catch(() => undefined);
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await leaving;
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Discard' })).toBeVisible();
});
