import { expect, test } from 'vitest';
import { applyToDocument } from '../../../electron/common/document/apply-to-document.ts';
import { emptyDocument } from '../../../renderer/store/document.ts';
import { lookedAt } from '../../../renderer/store/looked-at.ts';
import { initialView } from '../../../renderer/store/view-state.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../helpers/records.ts';

const second = anImage({ id: anImageId('image-2'), order: 2 });
const documentWith = (...records: Parameters<typeof applyToDocument>[1]['added'][number][]) =>
  applyToDocument(emptyDocument, { added: records, changed: [], removed: [] });
const view = {
  ...initialView,
  imageId: anImageId('image-1'),
  selection: [anAnnotationId('annotation-1'), anAnnotationId('gone')],
  hovered: anAnnotationId('gone'),
  compared: anAnnotationId('gone'),
};

test('targets that are gone are no longer selected, hovered or compared', () => {
  expect(lookedAt({ view }, documentWith(anImage(), anAnnotation())).view).toEqual({
    ...view,
    selection: ['annotation-1'],
    hovered: null,
    compared: null,
  });
});

test('the selection stays the same array while nothing went', () => {
  const selection = [anAnnotationId('annotation-1')];
  expect(
    lookedAt({ view: { ...view, selection } }, documentWith(anImage(), anAnnotation())).view.selection,
  ).toBe(selection);
});

test('when the image shown is gone the first one is shown, where it was left', () => {
  const viewport = { zoom: 2, x: 5, y: 6 };
  const before = { ...view, viewports: new Map([[second.id, viewport]]) };
  expect(lookedAt({ view: before }, documentWith(second)).view).toMatchObject({
    imageId: 'image-2',
    viewport,
    selection: [],
  });
});

test('without images nothing is shown', () => {
  expect(lookedAt({ view }, emptyDocument).view.imageId).toBeNull();
});
