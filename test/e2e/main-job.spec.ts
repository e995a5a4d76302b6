import {
  ask,
  centreOf,
  chipsOf,
  type CocoFile,
  exportCoco,
  importCoco,
  openSample,
  picture,
  type Sight,
  stroke,
  targetRows,
  waitUntilSaved,
  watchAnswer,
} from './steps.ts';
import { expect, test } from './studio.ts';

/** A sample of the bundled model's world, and what it must find there. */
const sample = {
  title: 'A meal in the air',
  question: 'What can I eat?',
  targets: 3,
  followUp: 'What can fly?',
};

/** Masks by file name, as sorted text, so that two exports can be compared pixel for pixel. */
function masksOf(coco: CocoFile): string[] {
  return coco.annotations
    .map(({ image_id, segmentation }) => {
      const image = coco.images.find(({ id }) => id === image_id);
      return `${image?.file_name} ${segmentation.size.join('x')} ${segmentation.counts}`;
    })
    .toSorted();
}

/** Coloured phrases came one after another, each drawn while the answer still went on; none changed its words or colour later. */
function expectOneByOne(sights: readonly Sight[]): void {
  const whole = sights.at(-1)?.chips ?? [];
  const coming = sights.filter(({ isOver }) => !isOver);
  const looks = ({ chips }: Sight) => chips.map(({ words, colour }) => `${words} ${colour}`);
  const steps = coming
    .map((sight) => looks(sight))
    .filter((look, at, all) => look.length !== all[at - 1]?.length);
  expect(steps.filter((look) => look.length > 0)).toEqual(
    whole.map((_, last) => looks({ chips: whole.slice(0, last + 1), isOver: false })),
  );
  expect(coming.some(({ chips }) => chips.length === 1 && chips[0]?.isDrawn === true)).toBe(true);
}

test('a person asks, sees, corrects, goes on talking, exports, and finds every pixel again', async ({
  studio,
}) => {
  const { page } = studio;
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));

  await openSample(page, sample.title);
  const sightsOf = await watchAnswer(page, sample.question);
  const turn = await ask(page, sample.question);
  const chips = chipsOf(turn);
  await expect(chips).toHaveCount(sample.targets);
  expectOneByOne(await sightsOf());
  await expect(targetRows(page)).toHaveCount(sample.targets);
  const colours = await chips.evaluateAll((all) =>
    all.map((chip) => (chip as HTMLElement).style.getPropertyValue('--chip')),
  );
  expect(new Set(colours).size).toBe(sample.targets);

  await test.step('phrase and mask light each other up', async () => {
    await chips.first().hover();
    await expect(
      targetRows(page)
        .filter({ has: page.locator('[class*=hovered]') })
        .or(page.locator('[role=row][class*=hovered]')),
    ).toHaveCount(1);
    await chips.first().click();
    await expect(chips.first()).toHaveAttribute('aria-pressed', 'true');
    // The click zoomed to the mask, so the middle of the picture lies on it.
    const middle = await centreOf(picture(page));
    await page.mouse.move(middle.x, middle.y);
    await expect(chips.first()).toHaveClass(/hovered/u);
  });

  const before = await exportCoco(studio);
  expect(before.coco.annotations).toHaveLength(sample.targets);

  await test.step('brush, erase, undo, redo', async () => {
    await picture(page).focus();
    await page.keyboard.press('b');
    const middle = await centreOf(picture(page));
    await stroke(page, { x: middle.x - 150, y: middle.y - 120 }, { x: 60, y: 0 });
    await waitUntilSaved(page);
    const brushed = (await exportCoco(studio)).coco;
    expect(masksOf(brushed)).not.toEqual(masksOf(before.coco));

    await page.keyboard.press('e');
    await stroke(page, middle, { x: 40, y: 10 });
    await waitUntilSaved(page);
    const erased = (await exportCoco(studio)).coco;
    expect(masksOf(erased)).not.toEqual(masksOf(brushed));

    await page.keyboard.press('ControlOrMeta+z');
    await waitUntilSaved(page);
    expect(masksOf((await exportCoco(studio)).coco)).toEqual(masksOf(brushed));
    await page.keyboard.press('ControlOrMeta+z');
    await waitUntilSaved(page);
    expect(masksOf((await exportCoco(studio)).coco)).toEqual(masksOf(before.coco));
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await waitUntilSaved(page);
    expect(masksOf((await exportCoco(studio)).coco)).toEqual(masksOf(erased));
  });

  const followUp = await ask(page, sample.followUp);
  await expect(followUp.locator('p').last()).not.toBeEmpty();

  const whole = await exportCoco(studio);
  await test.step('a new project with the same picture takes the file in, pixel for pixel', async () => {
    await page.getByRole('button', { name: 'Command palette' }).click();
    await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill('Close project');
    await page.getByRole('option', { name: 'Close project' }).click();
    await openSample(page, sample.title);
    await expect(targetRows(page)).toHaveCount(0);
    await importCoco(studio, whole.path, whole.coco.annotations.length);
    await expect(targetRows(page)).toHaveCount(whole.coco.annotations.length);
    expect(masksOf((await exportCoco(studio)).coco)).toEqual(masksOf(whole.coco));
  });
  expect(problems).toEqual([]);
});

test('a killed app comes back with the same image, zoom and masks', async ({ studio }) => {
  await openSample(studio.page, sample.title);
  const asked = await ask(studio.page, sample.question);
  await chipsOf(asked).first().click();
  await waitUntilSaved(studio.page);
  const before = await exportCoco(studio);
  const zoom = await studio.page
    .getByRole('contentinfo')
    .getByText(/^\d+ ?%$/u)
    .textContent();
  await studio.page.waitForTimeout(1500); // the view is saved a moment after it rests

  const page = await studio.restart();
  // By itself: what was open last is opened again.
  await expect(picture(page)).toBeVisible();
  await expect(targetRows(page)).toHaveCount(before.coco.annotations.length);
  await expect(page.getByRole('contentinfo').getByText(/^\d+ ?%$/u)).toHaveText(zoom ?? '');
  expect(masksOf((await exportCoco(studio)).coco)).toEqual(masksOf(before.coco));
});
