import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** The rules that look at colours: the only ones whose verdict hangs on the theme. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/**
 * Serious and critical findings of axe, as "rule: element" lines.
 *
 * @param rules  'colours' where the same page was asked everything in the other theme
 */
export async function seriousProblems(
  page: Page,
  rules: 'all' | 'colours' = 'all',
): Promise<readonly string[]> {
  // The page has no frames of another origin, so axe need not be put together in a blank page; the elements that pass are not described. A sixth of the time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  axe.options({
    resultTypes: ['violations'],
    ...(rules === 'colours' ? { runOnly: { type: 'rule', values: colourRules } } : {}),
  });
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

/**
 * Asks all of axe in light and, of the same page, its colours in dark. Leaves it in dark.
 *
 * @param look  called when a theme is on the screen
 */
export async function seriousProblemsInBothThemes(
  page: Page,
  look: (colorScheme: 'light' | 'dark') => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await painted(page);
    await look(colorScheme);
    const problems = await seriousProblems(page, colorScheme === 'light' ? 'all' : 'colours');
    found.push(...problems.map((problem) => `${colorScheme} ${problem}`));
  }
  return found;
}

/**
 * What axe finds serious in a small and a large window, light and dark. Where PIXELLM_LOOKS names a folder, each look goes there as a picture
 * for a person to judge.
 */
export async function seriousProblemsOfLooks(page: Page, name: string): Promise<readonly string[]> {
  const folder = process.env['PIXELLM_LOOKS'];
  const before = page.viewportSize();
  const found: string[] = [];
  for (const [width, height] of [
    [1024, 700],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    const problems = await seriousProblemsInBothThemes(page, async (colorScheme) => {
      if (folder !== undefined)
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
    });
    found.push(...problems.map((problem) => `${width} ${problem}`));
  }
  if (before !== null) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
  return found;
}

/** Resolves when colours and places that were set anew have come to rest and are on the screen. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    // Transitions begin with the first frame that is drawn in the new look.
    await frame();
    await frame();
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
    await frame();
  });
}
