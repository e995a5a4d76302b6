import { expect, test } from 'vitest';
import { targetColours } from '../../../electron/common/palette.ts';
import { ownColour, shownColour } from '../../../renderer/store/shown-colour.ts';
import { aCategory, anAnnotation, anImage } from '../../helpers/records.ts';

const [image, cup] = [anImage(), aCategory({ colour: '#009e73' })];
const [orange = ''] = targetColours;
const seen = (inPicture: readonly string[] | null, colourBy: 'target' | 'class' = 'target') => ({
  document: { images: new Map([[image.id, image]]), categories: new Map([[cup.id, cup]]) },
  settings: { colourBy },
  pictureColours: new Map(inPicture === null ? [] : [[image.sha256, inPicture]]),
});
const imported = anAnnotation({ colour: orange, autoColour: true, categoryId: cup.id });

test('a target whose colour nobody chose is shown in one that the picture does not have, once it was looked at', () => {
  expect(shownColour(seen(null), imported)).toBe(orange);
  expect(shownColour(seen([]), imported)).toBe(orange);
  const shown = shownColour(seen([orange, '#f0e442']), imported);
  expect(targetColours).toContain(shown);
  expect([orange, '#f0e442']).not.toContain(shown);
});

test('a colour that somebody chose is shown whatever the picture has, and so is one of an older project', () => {
  for (const fields of [{ autoColour: false }, {}])
    expect(shownColour(seen([orange]), anAnnotation({ colour: orange, ...fields }))).toBe(orange);
});

test('by class the class’s colour is shown, which somebody chose; a target’s own is still known', () => {
  expect(shownColour(seen([orange], 'class'), imported)).toBe('#009e73');
  expect(ownColour(seen([orange], 'class'), imported)).not.toBe(orange);
});
