import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { targetColours } from '../../../electron/common/palette.ts';
import { clearLine, clearOn, contrastOf } from '../../../renderer/ui/clear-line.ts';

const colours = [...targetColours, '#000000', '#ffffff', '#808080', '#ffff00', '#0000ff', '#9a9ca3'];
const surfaces = { light: ['#ffffff', '#f6f6f8', '#f0f0f3'], dark: ['#1b1c1f', '#232428', '#26282c'] };
const words = { light: '#1a1b1e', dark: '#e7e8ea' };

test('each colour is seen as a line on every surface of both themes', () => {
  const unseen = colours.flatMap((colour) => {
    const [, light = '', dark = ''] = /^light-dark\((.{7}), (.{7})\)$/u.exec(clearLine(colour)) ?? [];
    return [
      ...surfaces.light.filter((ground) => contrastOf(light, ground) < 3),
      ...surfaces.dark.filter((ground) => contrastOf(dark, ground) < 3),
    ].map((ground) => `${colour} on ${ground}`);
  });
  expect(unseen).toEqual([]);
});

test('a colour that is seen already stays as it is', () => {
  expect(clearOn('#aa0011', '#ffffff')).toBe('#aa0011');
  expect(clearOn('#f0e442', '#1b1c1f')).toBe('#f0e442');
  expect(clearOn('#f0e442', '#ffffff')).not.toBe('#f0e442');
});

/** The strongest mixtures of target-chip.module.css, where each rule names the light one first. */
const sheet = readFileSync(new URL('../../../renderer/chat/target-chip.module.css', import.meta.url), 'utf8');
const shares = [
  ...sheet.matchAll(
    /light-dark\(\s*color-mix\(in srgb, var\(--chip\) (\d+)%, transparent\),\s*color-mix\(in srgb, var\(--chip\) (\d+)%/gu,
  ),
];
const strongest = {
  light: Math.max(...shares.map(([, light]) => Number(light))) / 100,
  dark: Math.max(...shares.map(([, , dark]) => Number(dark))) / 100,
};

test('words on the colour of their mask can be read, under the pointer too', () => {
  expect(shares).toHaveLength(3);
  const mix = (colour: string, ground: string, share: number): string =>
    `#${[1, 3, 5]
      .map((at) => {
        const [over, under] = [colour, ground].map((text) => Number.parseInt(text.slice(at, at + 2), 16));
        return Math.round((over ?? 0) * share + (under ?? 0) * (1 - share))
          .toString(16)
          .padStart(2, '0');
      })
      .join('')}`;
  const unread = colours.flatMap((colour) =>
    (['light', 'dark'] as const).flatMap((theme) =>
      surfaces[theme]
        .filter((ground) => contrastOf(words[theme], mix(colour, ground, strongest[theme])) < 4.5)
        .map((ground) => `${colour} on ${ground}`),
    ),
  );
  expect(unread).toEqual([]);
});
