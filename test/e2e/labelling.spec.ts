import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Photograph, aPhotograph } from '../helpers/photograph.ts';
import { decodeRle } from '../../electron/common/rle.ts';
import { exportCoco, picture, runCommand, targetRows, waitUntilSaved } from './steps.ts';
import { type Studio, expect, test } from './studio.ts';

/**
 * A person labels ten photographs with three classes by the keys alone, looks at the whole, reviews, and exports for a trainer.
 *
 * What is counted is an action: a key pressed or a button clicked with an intention. Travel (a mouse moved, arrow keys that move the pen) is
 * counted apart and compared with nothing: both tools need it.
 *
 * CVAT's habit for the same work, as its users know it (its default shortcuts; not looked up again for this test): per target Ctrl+digit names the label
 * of the next shape, N begins it, two clicks draw it; per image Ctrl+S saves (its autosave is off as it comes) and F goes on. At the start the
 * ellipse is chosen: its icon, then "Shape".
 */
const images = 10;
const classes = ['cup', 'book', 'banana'] as const;
const cvatActions = 2 + images * (classes.length * 4) + images + (images - 1);

class Hand {
  actions = 0;
  travel = 0;
  readonly #page: Page;
  /** The pen: taken up in the middle of the first picture, on the next one where it was left. */
  #at: { readonly x: number; readonly y: number };

  constructor(page: Page, at: { readonly x: number; readonly y: number }) {
    this.#page = page;
    this.#at = at;
  }

  async act(key: string): Promise<void> {
    this.actions += 1;
    await this.#page.keyboard.press(key);
  }

  async walkTo(to: { readonly x: number; readonly y: number }): Promise<void> {
    const by = { x: to.x - this.#at.x, y: to.y - this.#at.y };
    this.#at = to;
    for (const [way, [back, on]] of [
      [by.x, ['ArrowLeft', 'ArrowRight']],
      [by.y, ['ArrowUp', 'ArrowDown']],
    ] as const) {
      const key = way < 0 ? back : on;
      const far = Math.floor(Math.abs(way) / 10);
      const near = Math.abs(way) - 10 * far;
      // Held down, as a hand does: each but the first is the keyboard's own repeat.
      if (far > 0) await this.#hold(`Shift+${key}`, far);
      if (near > 0) await this.#hold(key, near);
      this.travel += far + near;
    }
  }

  async #hold(chord: string, times: number): Promise<void> {
    const [key = '', ...modifiers] = chord.split('+').reverse();
    for (const modifier of modifiers) await this.#page.keyboard.down(modifier);
    // They come in the order they were sent; that each is drawn is nobody's promise.
    await Promise.all(Array.from({ length: times }, () => this.#page.keyboard.down(key)));
    await this.#page.keyboard.up(key);
    for (const modifier of modifiers) await this.#page.keyboard.up(modifier);
  }
}

test('ten photographs and three classes by the keys alone, in fewer actions than CVAT’s habit, through gallery, review and a YOLO data set that comes back whole', async ({
  studio,
}) => {
  test.setTimeout(600_000);
  const { page } = studio;
  const folder = join(studio.folder, 'photographs');
  await mkdir(folder);
  const photographs: Photograph[] = [];
  for (let number = 0; number < images; number++) {
    const photograph = await aPhotograph(number + 1);
    photographs.push(photograph);
    await writeFile(join(folder, `photo-${number}.jpg`), photograph.jpeg);
  }
  await newProject(page, 'By the keys');
  await addFolder(studio, folder);
  await defineClasses(page);

  const hand = new Hand(page, { x: 320, y: 240 });
  await test.step('label', async () => {
    await picture(page).focus();
    await hand.act('u');
    for (const [index, photograph] of photographs.entries()) {
      await expect(page.getByText(`Image ${index + 1} of ${images}`)).toBeVisible();
      await labelOne(page, hand, photograph);
      if (index < images - 1) await hand.act('PageDown');
    }
    await waitUntilSaved(page);
  });
  test.info().annotations.push({
    type: 'actions',
    description: `ours ${hand.actions} (and ${hand.travel} presses of arrows); CVAT's habit ${cvatActions}`,
  });
  expect(hand.actions).toBeLessThan(cvatActions);

  await test.step('look at all of them', async () => {
    await page.keyboard.press('ControlOrMeta+Shift+g');
    const gallery = page.getByRole('dialog', { name: 'Images' });
    await expect(gallery.getByRole('option')).toHaveCount(images);
    await expect(gallery.getByText('3 targets')).toHaveCount(images);
    await gallery.getByRole('searchbox').fill('class:cup state:labelled');
    await expect(gallery.getByRole('option')).toHaveCount(images);
    await gallery.getByRole('searchbox').fill('');
    await gallery.getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(page.getByText(`Image 1 of ${images}`)).toBeVisible();
  });

  await test.step('review: each decision leads on', async () => {
    await picture(page).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Shift+a');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Shift+a');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ControlOrMeta+Shift+r');
    const strip = page.getByRole('region', { name: 'Review' });
    await expect(strip).toContainText('3 targets to review here');
    for (let decision = 0; decision < 3; decision++) await page.keyboard.press('a');
    // The next image comes by itself.
    await expect(page.getByText(`Image 2 of ${images}`)).toBeVisible();
    for (let decision = 0; decision < 3; decision++) await page.keyboard.press('a');
    await expect(strip).toContainText('Nothing waits on this image');
    await page.keyboard.press('ControlOrMeta+Shift+r');
    await expect(strip).toHaveCount(0);
    await waitUntilSaved(page);
  });

  const { coco: before } = await exportCoco(studio);
  await test.step('what was drawn is what lies there', () => {
    expect(before.annotations).toHaveLength(images * classes.length);
    for (const annotation of before.annotations) {
      const name = before.images.find(({ id }) => id === annotation.image_id)?.file_name ?? '';
      const kind = before.categories.find(({ id }) => id === annotation.category_id)?.name;
      const thing = photographs[Number(/\d+/u.exec(name)?.[0])]?.things.find((one) => one.kind === kind);
      const ellipse = Math.PI * (thing?.radiusX ?? 0) * (thing?.radiusY ?? 0);
      expect(Math.abs(annotation.area - ellipse) / ellipse, `${name} ${kind}`).toBeLessThan(0.02);
    }
  });

  const archive = join(studio.folder, 'yolo.zip');
  await test.step('export for YOLO, split', async () => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByLabel('Format').selectOption({ label: 'YOLO segmentation' });
    await dialog.getByLabel('Split', { exact: false }).first().selectOption({ index: 1 });
    // Two fields beside each other: the form is seen whole.
    const boxes = await Promise.all(
      (await dialog.getByRole('combobox').all()).map((field) => field.boundingBox()),
    );
    const [, left, right] = boxes;
    expect([right?.y, (left?.x ?? 0) < (right?.x ?? 0)]).toEqual([left?.y, true]);
    await expect(dialog.getByRole('button', { name: /^(?:Download|Export…)$/u })).toBeInViewport();
    if (studio.door === 'desktop') await dialog.getByLabel('One .zip file').check();
    const path = await studio.saveFile(() =>
      dialog.getByRole('button', { name: /^(?:Download|Export…)$/u }).click(),
    );
    await writeFile(archive, await readFile(path));
    const report = page.getByRole('dialog', { name: 'Export finished' });
    await expect(report.getByText('Written, read again and found complete')).toBeVisible();
    await report.getByRole('button', { name: 'Done' }).click();
  });

  await test.step('and read it into another project, pictures in the same step', async () => {
    await newProject(page, 'Read back');
    await runCommand(page, 'Import annotations');
    const dialog = page.getByRole('dialog', { name: 'Import annotations' });
    await studio.chooseFile(archive, () => dialog.getByRole('button', { name: 'Choose…' }).click());
    await expect(dialog.getByLabel('Format').locator('option:checked')).toHaveText(
      'Found: YOLO segmentation',
    );
    await chooseFolder(studio, folder, () =>
      dialog.getByRole('button', { name: 'Folder of images…' }).click(),
    );
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    const report = page.getByRole('dialog', { name: 'Import finished' });
    await expect(
      report.getByText(`${images * classes.length} targets added on ${images} images`),
    ).toBeVisible();
    await report.getByRole('button', { name: 'Done' }).click();
  });
  const { coco: after } = await exportCoco(studio);
  expect(pixelsByName(after)).toEqual(pixelsByName(before));

  await test.step('COCO with its pictures into a folder, in shares of one’s own', async () => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Export', exact: true });
    await dialog.getByLabel('Format').selectOption({ label: 'COCO with pictures' });
    await expect(dialog.getByLabel('Seed of the split')).toHaveCount(0);
    await dialog.getByLabel('Split', { exact: true }).selectOption({ label: 'Other shares…' });
    const start = dialog.getByRole('button', { name: /^(?:Download|Export…|Export)$/u });
    await dialog.getByLabel('Other shares').fill('60-40');
    await expect(start).toBeDisabled();
    await dialog.getByLabel('Other shares').fill('3-1-1');
    await dialog.getByLabel('Seed of the split').fill('42');
    if (studio.door === 'browser') {
      await chooseFolder(studio, folder, () =>
        dialog.getByLabel('A folder on the computer the app runs on').click(),
      );
      await start.click();
    } else await chooseFolder(studio, folder, () => start.click());
    const report = page.getByRole('dialog', { name: 'Export finished' });
    await expect(report.getByText('Written, read again and found complete')).toBeVisible();
    await expect(report.getByText(`Read-back-coco-set: ${images + 3} files`)).toBeVisible();
    await report.getByRole('button', { name: 'Done' }).click();
    const set = join(folder, 'Read-back-coco-set', 'images');
    const counts = await Promise.all(
      ['train', 'val', 'test'].map(async (part) => (await readdir(join(set, part))).length),
    );
    expect(counts).toEqual([6, 2, 2]);
  });
});

type Coco = Awaited<ReturnType<typeof exportCoco>>['coco'];

/** Each target as "image class": its mask, pixel for pixel. */
function pixelsByName(coco: Coco): ReadonlyMap<string, string> {
  const entries = coco.annotations.map(({ image_id, category_id, segmentation }) => {
    const image = coco.images.find(({ id }) => id === image_id)?.file_name ?? '';
    const kind = coco.categories.find(({ id }) => id === category_id)?.name ?? '';
    const { data } = decodeRle(segmentation);
    return [`${image.split('/').at(-1)} ${kind}`, Buffer.from(data).toString('base64')] as const;
  });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function newProject(page: Page, name: string): Promise<void> {
  const start = page.getByRole('button', { name: 'New project…' });
  if (await start.isVisible()) await start.click();
  else await runCommand(page, 'New project');
  const dialog = page.getByRole('dialog', { name: 'New project' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Name').press('Enter');
  await expect(dialog).toHaveCount(0);
}

async function addFolder(studio: Studio, folder: string): Promise<void> {
  const { page } = studio;
  if (studio.door === 'desktop')
    await studio.chooseFile(folder, () => runCommand(page, 'Add a folder of images'));
  else {
    await runCommand(page, 'Add images without copying');
    const dialog = page.getByRole('dialog', { name: 'Add images' });
    await openFolder(page, studio, 'photographs');
    await dialog.getByRole('button', { name: `Select all ${images}` }).click();
    await dialog.getByRole('button', { name: /^Choose/u }).click();
  }
  await expect(page.getByText(`Image 1 of ${images}`)).toBeVisible({ timeout: 60_000 });
}

async function chooseFolder(studio: Studio, folder: string, action: () => Promise<void>): Promise<void> {
  if (studio.door === 'desktop') {
    await studio.chooseFile(folder, action);
    return;
  }
  await action();
  await openFolder(studio.page, studio, 'photographs');
  await studio.page.getByRole('button', { name: 'Choose this folder' }).click();
}

/** Through the app's own file browser, from the folder that is open to it. */
async function openFolder(page: Page, studio: Studio, name: string): Promise<void> {
  const dialog = page.getByRole('dialog').last();
  const base = studio.folder.split('/').at(-1) ?? '';
  const entry = dialog.getByRole('button', { name, exact: true });
  if (!(await entry.isVisible().catch(() => false))) await dialog.getByRole('button', { name: base }).click();
  await entry.click();
  await expect(entry).toHaveCount(0);
}

/** The label set, typed: a name and Enter. */
async function defineClasses(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('Edit the classes');
  await expect(palette.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Classes' });
  await expect(dialog.getByLabel('Find or add a class')).toBeFocused();
  for (const name of classes) {
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('group', { name, exact: true })).toBeVisible();
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
}

/** The pen is walked from corner to corner of each thing. */
async function labelOne(page: Page, hand: Hand, photograph: Photograph): Promise<void> {
  for (const [index, kind] of classes.entries()) {
    const thing = photograph.things.find((one) => one.kind === kind);
    if (thing === undefined) throw new Error(`There is no ${kind}.`);
    await hand.act(`${index + 1}`);
    await hand.walkTo({ x: thing.x - thing.radiusX, y: thing.y - thing.radiusY });
    await hand.act('Enter');
    await hand.walkTo({ x: thing.x + thing.radiusX, y: thing.y + thing.radiusY });
    await hand.act('Enter');
    await expect(targetRows(page)).toHaveCount(index + 1);
  }
}
