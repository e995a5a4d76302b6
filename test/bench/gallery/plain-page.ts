import type { Page } from 'playwright-core';
import type { OpenApp } from '../canvas/open-app.ts';

/**
 * A page that does nothing but lay pictures of the gallery's size into a list, as many to a row and as far apart: what a browser shows of
 * that on this machine, and how evenly, no app can better.
 */
export async function plainPage(app: Pick<OpenApp, 'newPage'>): Promise<Page> {
  const page = await app.newPage();
  await page.evaluate(async () => {
    const pictures = await Promise.all(
      Array.from({ length: 48 }, async (_, number) => {
        const canvas = new OffscreenCanvas(256, 192);
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('A canvas has a context.');
        for (let stripe = 0; stripe < 64; stripe++) {
          context.fillStyle = `hsl(${(number * 37 + stripe * 11) % 360} 60% 50%)`;
          context.fillRect((stripe * 53) % 256, (stripe * 29) % 192, 60, 40);
        }
        return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg' }));
      }),
    );
    const list = document.createElement('div');
    list.id = 'list';
    list.style.cssText = 'height: 820px; overflow: auto; position: relative';
    for (let card = 0; card < 600; card++) {
      const picture = document.createElement('img');
      picture.src = pictures[card % pictures.length] ?? '';
      const [row, column] = [Math.floor(card / 8), card % 8];
      picture.style.cssText = `position: absolute; left: ${column * 190}px; top: ${row * 206}px; width: 163px; height: 122px`;
      list.append(picture);
    }
    document.body.append(list);
    await Promise.all([...list.querySelectorAll('img')].map((picture) => picture.decode()));
  });
  return page;
}
