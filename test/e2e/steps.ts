import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Locator, type Page, expect } from '@playwright/test';
import type { Studio } from './studio.ts';

/** What a person does, in the person's words, over the names a screen reader would speak. */

export interface CocoFile {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly segmentation: { readonly size: readonly [number, number]; readonly counts: string };
    readonly area: number;
    readonly bbox: readonly number[];
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

export async function openSample(page: Page, title: string): Promise<void> {
  await page
    .getByRole('region', { name: /try a sample/iu })
    .getByRole('button', { name: title })
    .click();
  await expect(picture(page)).toBeVisible();
}

export const picture = (page: Page): Locator => page.getByRole('application');

/** The conversation's entry of one question; the newest when it was asked more than once. */
export const turnOf = (page: Page, question: string): Locator =>
  page.getByRole('article', { name: question }).last();

/** The phrases of an answer that wear their mask's colour: the toggles inside its sentence. */
export const chipsOf = (turn: Locator): Locator => turn.locator('p [aria-pressed]');

export const targetRows = (page: Page): Locator =>
  page.getByRole('grid', { name: 'Targets of this image' }).getByRole('row');

export async function ask(page: Page, question: string): Promise<Locator> {
  const composer = page.getByRole('textbox', { name: 'Ask about this image' });
  await composer.fill(question);
  await composer.press('Enter');
  const turn = turnOf(page, question);
  await expect(turn.getByRole('button', { name: 'Ask again' })).toBeVisible({ timeout: 60_000 });
  return turn;
}

/** The tool of the canvas that is in use. */
export const toolInUse = (page: Page): Locator =>
  page.getByRole('toolbar', { name: 'Tools' }).locator('[aria-pressed=true]');

/** What an answer showed at one moment while it came. */
export interface Sight {
  readonly chips: readonly { readonly words: string; readonly colour: string; readonly isDrawn: boolean }[];
  readonly isOver: boolean;
}

/**
 * Watches what the answers of the conversation show from now on, every change of the page: nothing that stood there is missed, however
 * quick the model.
 *
 * @returns what the question's answer showed, each state once, in order
 */
export async function watchAnswer(page: Page, question: string): Promise<() => Promise<readonly Sight[]>> {
  await page.evaluate((asked) => {
    const sights: Sight[] = [];
    const look = (): void => {
      const turn = [...document.querySelectorAll('article')].findLast(
        (article) => article.getAttribute('aria-label') === asked,
      );
      if (turn === undefined) return;
      const sight = {
        chips: [...turn.querySelectorAll<HTMLElement>('[style*="--chip"]')].map((chip) => ({
          words: chip.textContent,
          colour: chip.style.getPropertyValue('--chip'),
          isDrawn: !chip.className.includes('drawing'),
        })),
        isOver: turn.querySelector('[aria-label="Ask again"]') !== null,
      };
      if (JSON.stringify(sight) !== JSON.stringify(sights.at(-1))) sights.push(sight);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(globalThis, { sights });
  }, question);
  return () => page.evaluate(() => (globalThis as unknown as { sights: Sight[] }).sights);
}

/** A point of the picture, as fractions of the picture's own box on the screen. */
export async function centreOf(locator: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('The picture is not on the screen.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Presses, moves in steps as a hand does, and lets go. */
export async function stroke(
  page: Page,
  from: { readonly x: number; readonly y: number },
  by: { readonly x: number; readonly y: number },
): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: 12 });
  await page.mouse.up();
}

export async function waitUntilSaved(page: Page): Promise<void> {
  await expect(page.getByRole('contentinfo').getByText('All changes saved')).toBeVisible();
}

/** Exports compressed COCO, the dialog's first choice, and reads the file. */
export async function exportCoco(
  studio: Studio,
): Promise<{ readonly path: string; readonly coco: CocoFile }> {
  const { page } = studio;
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  // What an answer drew has no class: the export asks before it writes.
  const ownNames = dialog.getByRole('radio', { name: 'A category of their name' });
  if ((await ownNames.count()) > 0) await ownNames.check();
  const path = await studio.saveFile(() =>
    dialog.getByRole('button', { name: /^(?:Download|Export…)$/u }).click(),
  );
  const report = page.getByRole('dialog', { name: 'Export finished' });
  await expect(report.getByText('Written, read again and found complete')).toBeVisible();
  const coco = JSON.parse(await readFile(path, 'utf8')) as CocoFile;
  await report.getByRole('button', { name: 'Done' }).click();
  return { path, coco };
}

export async function importDialog(page: Page): Promise<Locator> {
  await runCommand(page, 'Import annotations');
  return page.getByRole('dialog', { name: 'Import annotations' });
}

/**
 * @param added how many targets the report must tell of
 * @returns what the report says was not taken, in words
 */
export async function importCoco(studio: Studio, path: string, added: number): Promise<readonly string[]> {
  const { page } = studio;
  const dialog = await importDialog(page);
  await studio.chooseFile(path, () => dialog.getByRole('button', { name: 'Choose…' }).click());
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  const report = page.getByRole('dialog', { name: 'Import finished' });
  await expect(report.getByText(new RegExp(`^${added} targets? added`, 'u'))).toBeVisible();
  const losses = await report
    .getByRole('region', { name: 'What was not taken' })
    .locator('> div')
    .allTextContents();
  await report.getByRole('button', { name: 'Done' }).click();
  return losses;
}

/** Adds an image that stays where it is: the project remembers its place. */
export async function addImageFromDisk(studio: Studio, path: string): Promise<void> {
  const { page } = studio;
  if (studio.door === 'desktop') await studio.chooseFile(path, () => runCommand(page, 'Add images…'));
  else {
    await runCommand(page, 'Add images without copying…');
    const dialog = page.getByRole('dialog', { name: 'Add images' });
    await dialog.getByRole('button', { name: basename(studio.folder) }).click();
    await dialog.getByRole('button', { name: basename(path) }).click();
    await dialog.getByRole('button', { name: 'Choose', exact: true }).click();
  }
  await page.getByRole('navigation', { name: 'Images' }).getByText(basename(path)).click();
  await expect(picture(page)).toBeVisible();
}

/** Through the command palette: every action is there. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Command palette' }).click();
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await palette.getByRole('combobox').fill(title);
  await palette.getByRole('option', { name: title }).first().click();
}
