import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { SeenMasks } from '../../../../electron/backend/formats/seen-masks.ts';
import { aCategoryId, anAnnotationId, anImageId } from '../../../helpers/records.ts';

const identity = (image: number, category: number | null, counts: string) => ({
  ...{ imageId: anImageId(`i${image}`), counts },
  categoryId: category === null ? null : aCategoryId(`c${category}`),
});

test('a mask is known again by its image, its category and its pixels, under the id it came with, among many', () => {
  const seen = new SeenMasks();
  const known = Array.from({ length: 60_000 }, (_, at) => ({
    what: identity(at % 3, at % 2 === 0 ? null : at % 5, `mask ${Math.floor(at / 30)} of ${at % 30}`),
    id: anAnnotationId(at % 4 === 0 ? `any id ${at}` : randomUUID()),
  }));
  for (const { what, id } of known) expect(seen.idOf(what, () => id)).toEqual({ id, isNew: true });
  const never = () => {
    throw new Error('There is no need of an id.');
  };
  for (const { what, id } of known) expect(seen.idOf(what, never)).toEqual({ id, isNew: false });
});

test('another image, another category or none make another mask of the same pixels', () => {
  const seen = new SeenMasks();
  const others = [identity(1, 1, 'x'), identity(2, 1, 'x'), identity(1, 2, 'x'), identity(1, null, 'x')];
  expect(others.map((each, at) => seen.idOf(each, () => anAnnotationId(`${at}`)).isNew)).toEqual(
    others.map(() => true),
  );
});
