import { expect, test } from 'vitest';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import {
  imageProgress,
  imageStateOf,
  withImageState,
} from '../../../../electron/common/document/image-state.ts';
import type { Entity, ImageState } from '../../../../electron/common/document/records.ts';
import { aTurn, anAnnotation, anImage, anImageId } from '../../../helpers/records.ts';

const proposed = anAnnotation({ source: 'model' });

test.each<[string, readonly Entity[], ImageState]>([
  ['nothing is on it', [], 'new'],
  ['it has been asked about, and nothing was found', [aTurn()], 'new'],
  ['it has a mask of a person', [anAnnotation()], 'labelled'],
  ['a mask waits for a decision', [proposed], 'review'],
  ['a generated question waits for one', [aTurn({ draft: true })], 'review'],
  ['all masks were decided upon', [{ ...proposed, review: 'rejected' }], 'labelled'],
])('by rule, an image where %s is so', (_what, records, state) => {
  expect(imageStateOf(documentOfRecords([anImage(), ...records]), anImage())).toBe(state);
});

test('what a person set stays until it is left to the rule again', () => {
  const document = documentOfRecords([anImage(), proposed]);
  const [done] = withImageState(document, [anImage().id], 'done').changed;
  expect(imageStateOf(document, done![1] as ReturnType<typeof anImage>)).toBe('done');
  const again = documentOfRecords([done![1], proposed]);
  expect(withImageState(again, [anImage().id], null).changed[0]?.[1]).toEqual(anImage());
});

test('setting what is set, twice the same or of nothing there changes nothing more', () => {
  const document = documentOfRecords([anImage({ state: 'done' })]);
  const id = anImage().id;
  expect(withImageState(document, [id, id, anImageId('gone')], 'done').changed).toEqual([]);
  expect(withImageState(document, [id, id], 'skipped').changed).toHaveLength(1);
});

test('the progress counts every image once', () => {
  const images = (['done', 'done', 'skipped', null] as const).map((state, index) =>
    anImage({ id: anImageId(`image-${index}`), state }),
  );
  const counts = imageProgress(documentOfRecords(images));
  expect(counts).toEqual({ new: 1, labelled: 0, review: 0, done: 2, skipped: 1 });
});
