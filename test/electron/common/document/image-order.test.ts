import { expect, test } from 'vitest';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import {
  firstToReview,
  type ImageSort,
  nextImageToReview,
  sortedImages,
} from '../../../../electron/common/document/image-order.ts';
import { imagesInOrder } from '../../../../electron/common/document/views.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../../helpers/records.ts';

const image = (id: string, order: number, fields: Parameters<typeof anImage>[0] = {}) =>
  anImage({ id: anImageId(id), order, name: `${id}.png`, ...fields });
const proposal = (id: string, on: ReturnType<typeof anImage>, score: number | null) =>
  anAnnotation({ id: anAnnotationId(id), imageId: on.id, source: 'model', score });
const ten = image('image 10', 1);
const nine = image('image 9', 2, { addedAt: '2026-11-23T12:00:00.000Z' });
const done = image('done', 3, { state: 'done' });
const plain = image('plain', 4);
const document = documentOfRecords([
  ...[ten, nine, done, plain],
  proposal('a', ten, 0.7),
  proposal('b', nine, 0.2),
  proposal('c', nine, null),
  proposal('d', nine, 0.9),
  proposal('e', done, 0.1),
  anAnnotation({ id: anAnnotationId('f'), imageId: plain.id }),
]);
const listed = imagesInOrder(document.images);

test.each<[ImageSort, readonly string[]]>([
  ['order', ['image 10', 'image 9', 'done', 'plain']],
  ['name', ['done', 'image 9', 'image 10', 'plain']],
  ['state', ['plain', 'image 10', 'image 9', 'done']],
  ['targets', ['image 9', 'image 10', 'done', 'plain']],
  ['to-review', ['image 9', 'image 10', 'done', 'plain']],
  ['score', ['done', 'image 9', 'image 10', 'plain']],
  ['newest', ['image 9', 'image 10', 'done', 'plain']],
])('sorted by %s', (sort, ids) => {
  expect(sortedImages(document, listed, sort).map(({ id }) => id)).toEqual(ids);
});

test('a reviewer is shown the target the model was least sure of, and nothing where nothing waits', () => {
  expect([firstToReview(document, nine.id)?.id, firstToReview(document, plain.id)]).toEqual(['b', null]);
});

test('the next image to review is the next in the list that waits, round its end, finished ones left out', () => {
  const next = (from: string | null) =>
    nextImageToReview(document, listed, from === null ? null : anImageId(from))?.id;
  expect([next(null), next('image 10'), next('image 9'), next('plain')]).toEqual([
    'image 10',
    'image 9',
    'image 10',
    'image 10',
  ]);
  expect(nextImageToReview(document, [plain, done], plain.id)).toBeNull();
});
