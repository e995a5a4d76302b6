import { expect, test } from 'vitest';
import { useStudio } from '../../../renderer/store/studio.ts';
import { shownColour } from '../../../renderer/store/shown-colour.ts';
import { targetTitle, targetTitles } from '../../../renderer/store/target-titles.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { aCategory, anAnnotation, anAnnotationId, anImage } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

test('a target is called by its class and number, else by its words; in the colour of itself or of its class', async () => {
  const [image, cup] = [anImage(), aCategory({ name: 'cup', colour: '#0072b2' })];
  const target = (id: string, at: number, fields: Partial<ReturnType<typeof anAnnotation>>) =>
    anAnnotation({
      id: anAnnotationId(id),
      imageId: image.id,
      colour: '#e69f00',
      createdAt: `2026-11-27T00:00:0${at}.000Z`,
      ...fields,
    });
  const all = [
    target('a', 1, { categoryId: cup.id, name: 'Target 1' }),
    target('b', 2, { categoryId: cup.id, name: 'the red one' }),
    target('c', 3, { categoryId: null, name: 'a dog on the left' }),
  ];
  await aWindow(aScriptedStudio({ entities: [image, cup, ...all] }));
  const state = useStudio.getState();
  expect([...targetTitles(state.document, image.id).values()]).toEqual([
    'cup 1',
    'cup 2',
    'a dog on the left',
  ]);
  expect(targetTitles(state.document, image.id)).toBe(targetTitles(state.document, image.id));
  expect(targetTitle(state.document, all[1]!)).toBe('cup 2');
  const coloured = (colourBy: 'target' | 'class') =>
    all.map((one) => shownColour({ ...state, settings: { colourBy } }, one));
  expect(coloured('target')).toEqual(['#e69f00', '#e69f00', '#e69f00']);
  expect(coloured('class')).toEqual(['#0072b2', '#0072b2', '#9a9ca3']);
});
