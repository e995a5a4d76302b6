import type { Page } from '@playwright/test';
import {
  ask,
  chipsOf,
  openSample,
  picture,
  runCommand,
  targetRows,
  toolInUse,
  turnOf,
  waitUntilSaved,
} from './steps.ts';
import { expect, test } from './studio.ts';

const composer = (page: Page) => page.getByRole('textbox', { name: 'Ask about this image' });
const questions = (page: Page) => page.getByRole('log').getByRole('article');
const zoom = (page: Page) => page.getByRole('contentinfo').getByText(/^\d+ ?%$/u);
const sampleTitle = 'A meal in the air';
const question = 'What can I eat?';

test('a suggested question is asked by a click; its phrases flash, select, zoom to and edit their masks', async ({
  studio: { page },
}) => {
  await openSample(page, sampleTitle);
  const suggestions = page.getByRole('list', { name: 'Suggested questions' });
  await suggestions.getByRole('button', { name: question }).click();
  const turn = turnOf(page, question);
  const chips = chipsOf(turn);
  await expect(chips).toHaveCount(3);
  await expect(suggestions).toHaveCount(0);
  const fitted = await zoom(page).textContent();

  await chips.nth(1).click();
  await expect(chips.nth(1)).toHaveAttribute('aria-pressed', 'true');
  await expect(targetRows(page).and(page.locator('[aria-selected=true]'))).toHaveCount(1);
  await expect(zoom(page)).not.toHaveText(fitted ?? '');
  await expect(toolInUse(page)).toHaveAccessibleName(/^Select/u);
  await chips.nth(2).dblclick();
  await expect(chips.nth(2)).toHaveAttribute('aria-pressed', 'true');
  await expect(toolInUse(page)).toHaveAccessibleName(/^Brush/u);

  await test.step('by keyboard too', async () => {
    await page.keyboard.press('v');
    await chips.first().focus();
    await page.keyboard.press('Enter');
    await expect(chips.first()).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('F2');
    await expect(toolInUse(page)).toHaveAccessibleName(/^Brush/u);
  });
});

test('a question can be asked again, edited, deleted and brought back', async ({ studio: { page } }) => {
  await openSample(page, sampleTitle);
  const first = await ask(page, question);
  await ask(page, 'What can fly?');
  await expect(questions(page)).toHaveCount(2);

  await first.getByRole('button', { name: 'Edit the question' }).click();
  await page.getByRole('textbox', { name: 'Edit the question' }).fill('Find the banana.');
  await expect(first.getByText('Replaces this answer and 1 later question.')).toBeVisible();
  await first.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('button', { name: 'Ask again', exact: true }).last().click();
  const edited = turnOf(page, 'Find the banana.');
  await expect(chipsOf(edited)).toHaveCount(1);
  await expect(questions(page)).toHaveCount(1);
  await expect(targetRows(page)).toHaveCount(1);

  await edited.getByRole('button', { name: 'Ask again' }).click();
  await expect(chipsOf(edited)).toHaveCount(1);
  await expect(questions(page)).toHaveCount(1);
  await expect(targetRows(page)).toHaveCount(1);

  await edited.getByRole('button', { name: 'Delete' }).click();
  await expect(questions(page)).toHaveCount(0);
  await expect(targetRows(page)).toHaveCount(0);
  await runCommand(page, 'Undo');
  await expect(chipsOf(edited)).toHaveCount(1);
  await expect(targetRows(page)).toHaveCount(1);
});

test('the threshold slider redraws the mask while it moves; targets are accepted and rejected', async ({
  studio: { page },
}) => {
  await openSample(page, sampleTitle);
  const turn = await ask(page, question);
  const row = targetRows(page).first();
  await row.click();
  const pixelsOf = async (): Promise<string> =>
    /[\d.,k]+ px/u.exec((await row.textContent()) ?? '')?.[0] ?? '';
  const before = await pixelsOf();
  const slider = page.getByRole('slider', { name: 'Threshold' });
  const box = await slider.boundingBox();
  if (!box) throw new Error('The slider is not on the screen.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2, { steps: 5 });
  await expect.poll(pixelsOf).not.toBe(before);
  await expect(row.getByText('corrected')).toHaveCount(0); // shown, not saved
  await page.mouse.up();
  await expect(row).toContainText('corrected');
  const after = await pixelsOf();
  expect(after).not.toBe(before);
  await waitUntilSaved(page);
  await runCommand(page, 'Undo');
  await expect.poll(pixelsOf).toBe(before);

  await expect(turn.getByText('3 targets to review')).toBeVisible();
  await row.getByRole('button', { name: 'Reject' }).click();
  await expect(chipsOf(turn).and(page.locator('[class*=rejected]'))).toHaveCount(1);
  await turn.getByRole('button', { name: 'Accept all' }).click();
  await expect(turn.getByText('to review')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Accepted: review again' })).toHaveCount(2);
});

test('a deleted mask leaves its phrase, and a click on the phrase draws it again', async ({
  studio: { page },
}) => {
  await openSample(page, sampleTitle);
  const turn = await ask(page, question);
  await chipsOf(turn).first().click();
  await picture(page).focus();
  await page.keyboard.press('Delete');
  await expect(targetRows(page)).toHaveCount(2);
  await turn.locator('p [role=button][class*=nothing]').click();
  await expect(targetRows(page)).toHaveCount(3);
  await expect(chipsOf(turn)).toHaveCount(3);
});

test('while another question runs one waits in line, shows how long, and can be stopped', async ({
  studio,
}) => {
  test.skip(process.platform === 'win32', 'a process cannot be paused there');
  const { page } = studio;
  await openSample(page, sampleTitle);
  await ask(page, question);
  const model = studio.inferenceProcess();
  if (model === null) throw new Error('The model has no process.');
  process.kill(model, 'SIGSTOP'); // the real model, paused: it can answer nothing now
  await composer(page).fill('What can fly?');
  await composer(page).press('Enter');
  const running = turnOf(page, 'What can fly?');
  await expect(running.getByText(/^\d+\.\d s$/u)).toBeVisible();

  const second = await studio.secondWindow();
  if (second !== null) {
    await composer(second).fill('Find the fish.');
    await composer(second).press('Enter');
    const waiting = turnOf(second, 'Find the fish.');
    await expect(waiting.getByText('Waiting for 1 question before this one')).toBeVisible();
    await expect(second.getByText('2 questions in the queue')).toBeVisible();
    await second.getByRole('button', { name: 'Stop' }).click();
    await expect(waiting.getByText(/^Stopped/u)).toBeVisible();
  }
  await page.getByRole('button', { name: 'Stop' }).click();
  process.kill(model, 'SIGCONT');
  await expect(running.getByText(/^Stopped/u)).toBeVisible();
  await expect(composer(page)).toHaveValue('');
  await running.getByRole('button', { name: 'Ask again' }).click();
  await expect(chipsOf(running)).not.toHaveCount(0);
});

test('a question can refer to targets: "@" lists them, the words wear their colour and lead to the mask', async ({
  studio: { page },
}) => {
  await openSample(page, sampleTitle);
  const answered = await ask(page, question);
  const field = page.locator('#question');
  await field.pressSequentially('Is the @b');
  const list = page.getByRole('listbox', { name: 'Targets of this image' });
  await expect(list.getByRole('option')).toHaveText(['burger', 'banana']);
  await page.keyboard.press('ArrowDown');
  await expect(list.getByRole('option', { name: 'banana' })).toHaveAttribute('aria-selected', 'true');
  await expect(field).toHaveAttribute('aria-activedescendant', /-1$/u);
  // The active one lights up, in the answer as on the picture.
  await expect(chipsOf(answered).first()).toHaveClass(/hovered/u);
  await page.keyboard.press('Tab');
  await expect(list).toHaveCount(0);
  await page.keyboard.type(' or the @');
  await list.getByRole('option', { name: 'apple' }).click();
  await page.keyboard.type(' larger? @');
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await page.keyboard.press('Backspace');
  await expect(field).toHaveValue('Is the banana or the apple larger? ');
  await expect(page.getByText('The model reads “banana”, “apple”; it does not see the masks.')).toBeVisible();

  await page.keyboard.press('Enter');
  const turn = turnOf(page, 'Is the banana or the apple larger?');
  await expect(turn.getByRole('button', { name: 'Ask again' })).toBeVisible();
  // Of the question alone: the answer may name targets of its own.
  const meant = turn.locator('p').first().locator('[aria-pressed]');
  await expect(meant.first()).toHaveText('banana');
  await meant.first().click();
  await expect(chipsOf(answered).first()).toHaveAttribute('aria-pressed', 'true');

  await test.step('a reference goes as a whole, comes back with undo, and by key from a mask', async () => {
    await picture(page).focus();
    await page.keyboard.press('t');
    await expect(field).toBeFocused();
    // With a number where the answers before have drawn another one.
    await expect(field).toHaveValue(/^banana( \d)?$/u);
    await page.keyboard.press('Backspace');
    await expect(field).toHaveValue('');
  });
  await test.step('deleting the target leaves the words and says so', async () => {
    await picture(page).focus();
    await page.keyboard.press('Delete');
    await expect(meant).toHaveText(['apple']);
    await expect(turn.locator('p [class*=nothing]')).toHaveText('banana');
    await runCommand(page, 'Undo');
    await expect(meant).toHaveText(['banana', 'apple']);
  });
});
