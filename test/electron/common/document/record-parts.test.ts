import { expect, test } from 'vitest';
import {
  diffParts,
  joinedParts,
  longTextOf,
  recordParts,
} from '../../../../electron/common/document/record-parts.ts';
import { aCategory, anAnnotation, anAnnotationId, anImage } from '../../../helpers/records.ts';

const ones = { records: 3, characters: 10 };

test('records are cut by their number and by what is long in them, none is lost, and one that is too large goes alone', () => {
  const parts = (lengths: readonly number[]) => [...recordParts(lengths, ones, (length) => length)];
  expect(parts([])).toEqual([]);
  expect(parts([1, 1, 1, 1])).toEqual([[1, 1, 1], [1]]);
  expect(parts([4, 4, 4])).toEqual([[4, 4], [4]]);
  expect(parts([50, 1, 50])).toEqual([[50], [1], [50]]);
});

test('a change is cut in its own order: what is added, what is changed, what is removed', () => {
  const [image, category] = [anImage(), aCategory()];
  const mask = anAnnotation({ id: anAnnotationId('m'), mask: { size: [6, 8], counts: '0'.repeat(11) } });
  const diff = { added: [image, mask, category], changed: [[image, image] as const], removed: [mask] };
  const nothing = { added: [], changed: [], removed: [] };
  expect([...diffParts({ ...diff, changed: [[image, image]] }, ones)]).toEqual([
    { ...nothing, added: [image] },
    { ...nothing, added: [mask] },
    { ...nothing, added: [category] },
    { ...nothing, changed: [[image, image]] },
    { ...nothing, removed: [mask] },
  ]);
  expect([longTextOf(mask), longTextOf(image)]).toEqual([11, 0]);
  expect(joinedParts([...diffParts(diff, ones)])).toEqual(diff);
});
