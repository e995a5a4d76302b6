import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  centreOf,
  exportCoco,
  importCoco,
  openSample,
  picture,
  stroke,
  targetRows,
  waitUntilSaved,
} from './steps.ts';
import { expect, test } from './studio.ts';

const columns = 25;
const rows = 20;
const count = columns * rows;

/** 500 small squares in a grid, as polygons. */
function aFullFile(image: {
  readonly width: number;
  readonly height: number;
  readonly file_name: string;
}): object {
  const [stepX, stepY] = [image.width / columns, image.height / rows];
  return {
    images: [{ ...image, id: 1 }],
    categories: [{ id: 1, name: 'tile' }],
    annotations: Array.from({ length: count }, (_, index) => {
      const [x, y] = [(index % columns) * stepX + 2, Math.floor(index / columns) * stepY + 2];
      const [right, bottom] = [x + stepX - 4, y + stepY - 4];
      return {
        id: index + 1,
        image_id: 1,
        category_id: 1,
        iscrowd: 0,
        pixellm: { name: `tile ${index + 1}` },
        segmentation: [[x, y, right, y, right, bottom, x, bottom]],
      };
    }),
  };
}

test('with 500 targets on one image the list and the picture still answer', async ({ studio }) => {
  const { page } = studio;
  await openSample(page, 'A meal in the air');
  const path = join(studio.folder, 'tiles.json');
  await writeFile(path, JSON.stringify(aFullFile({ width: 448, height: 336, file_name: 'scene-01.png' })));
  await importCoco(studio, path, count);
  const grid = page.getByRole('grid', { name: 'Targets of this image' });
  await expect(grid).toHaveAttribute('aria-rowcount', `${count}`);
  // Only what is in sight is in the page.
  expect(await targetRows(page).count()).toBeLessThan(60);

  await grid.focus();
  await page.keyboard.press('End');
  await expect(targetRows(page).last()).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('searchbox', { name: 'Search targets' }).fill('tile 137');
  await expect(targetRows(page)).toHaveCount(1);
  await targetRows(page).first().click();
  await page.keyboard.press('z');
  await picture(page).focus();
  await page.keyboard.press('b');
  const middle = await centreOf(picture(page));
  await stroke(page, { x: middle.x - 60, y: middle.y }, { x: 120, y: 0 });
  await expect(targetRows(page).first()).not.toHaveAttribute('aria-selected', 'false');
  await waitUntilSaved(page);
  await page.keyboard.press('ControlOrMeta+z');
  await waitUntilSaved(page);

  await test.step('a mask under the pointer is found among them', async () => {
    await page.getByRole('searchbox', { name: 'Search targets' }).fill('');
    await picture(page).focus();
    await page.keyboard.press('v');
    await page.mouse.click(middle.x, middle.y);
    await expect(page.getByRole('row', { selected: true })).toHaveCount(1);
  });
  await test.step('a question can refer to any of them', async () => {
    await page.locator('#question').pressSequentially('@tile');
    await expect(
      page.getByRole('listbox', { name: 'Targets of this image' }).getByRole('option'),
    ).toHaveCount(50);
    await expect(page.getByText('Type to find 450 more targets.')).toBeVisible();
    await page.keyboard.press('Escape');
  });
  expect((await exportCoco(studio)).coco.annotations).toHaveLength(count);
});
