import { expect, test } from 'vitest';
import { initialTargetList, listedTargets } from '../../../renderer/store/target-list.ts';
import { pickedSelection } from '../../../renderer/panels/targets/picked-selection.ts';
import { aCategory, aCategoryId, aTarget, anAnnotation, anAnnotationId } from '../../helpers/records.ts';

const mug = anAnnotation({
  id: anAnnotationId('mug'),
  name: 'mug',
  order: 1,
  area: 5,
  score: 0.9,
  review: 'accepted',
});
const glass = anAnnotation({
  id: anAnnotationId('glass'),
  name: 'Glass',
  order: 2,
  area: 50,
  score: 0.2,
  review: 'proposed',
  categoryId: aCategoryId('category-1'),
});
const byHand = anAnnotation({
  id: anAnnotationId('hand'),
  name: 'bowl',
  order: 3,
  area: 20,
  score: null,
  hidden: true,
});
const all = [mug, glass, byHand];
const context = {
  categories: new Map([[aCategoryId('category-1'), aCategory({ name: 'tableware' })]]),
  targets: new Map([[aTarget().id, aTarget({ phrase: 'something to drink from', annotationId: mug.id })]]),
};
const listed = (part: Partial<typeof initialTargetList>) =>
  listedTargets(all, { ...initialTargetList, ...part }, context).map(({ id }) => id);

test.each([
  ['order', ['hand', 'glass', 'mug']],
  ['name', ['hand', 'glass', 'mug']],
  ['area', ['glass', 'hand', 'mug']],
  ['score', ['glass', 'mug', 'hand']],
] as const)('sorted by %s', (sort, ids) => {
  expect(listed({ sort })).toEqual(ids);
});

test.each([
  ['proposed', ['glass']],
  ['accepted', ['hand', 'mug']],
  ['rejected', []],
  ['hidden', ['hand']],
] as const)('filtered by %s', (filter, ids) => {
  expect(listed({ filter })).toEqual(ids);
});

test.each([
  ['GLASS', ['glass']],
  ['tableware', ['glass']],
  ['drink from', ['mug']],
  ['  ', ['hand', 'glass', 'mug']],
  ['nothing like it', []],
])('the search "%s" looks at name, category and phrase', (search, ids) => {
  expect(listed({ search })).toEqual(ids);
});

const ids = all.map(({ id }) => id);
const [first, second, third] = ids as [typeof mug.id, typeof mug.id, typeof mug.id];
const plain = { isToggle: false, isRange: false };

test('a click selects one, with the modifier it adds and takes out, with Shift it spans', () => {
  expect(pickedSelection(all, [first, second], third, plain)).toEqual([third]);
  expect(pickedSelection(all, [first], second, { ...plain, isToggle: true })).toEqual([first, second]);
  expect(pickedSelection(all, [first, second], first, { ...plain, isToggle: true })).toEqual([second]);
  expect(pickedSelection(all, [third], first, { ...plain, isRange: true })).toEqual([first, second, third]);
});

test('the next span starts where the first one did', () => {
  const wide = pickedSelection(all, [first], third, { ...plain, isRange: true });
  expect(pickedSelection(all, wide, second, { ...plain, isRange: true })).toEqual([second, first]);
});

test('a span from a target that the list no longer shows is a plain click', () => {
  expect(pickedSelection(all, [anAnnotationId('filtered out')], second, { ...plain, isRange: true })).toEqual(
    [second],
  );
});
