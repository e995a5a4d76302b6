import { expect, test } from 'vitest';
import { applyToDocument } from '../../../electron/common/document/apply-to-document.ts';
import { emptyDocument } from '../../../renderer/store/document.ts';
import { restoredView, savedViewOf } from '../../../renderer/store/saved-view.ts';
import { type ViewState, initialView } from '../../../renderer/store/view-state.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../helpers/records.ts';

const imageId = anImageId('image-1');
const document = applyToDocument(emptyDocument, {
  added: [anImage(), anAnnotation()],
  changed: [],
  removed: [],
});
const viewport = { zoom: 3, x: 100.5, y: 20 };
const view: ViewState = {
  ...initialView,
  imageId,
  viewport,
  viewports: new Map([[imageId, viewport]]),
  selection: [anAnnotationId('annotation-1')],
  outlineOnly: true,
};
const throughJson = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value));

test('a restart returns to the same image, zoom and selection', () => {
  expect(restoredView(throughJson(savedViewOf(view)), document)).toEqual(view);
});

test('what has gone since is left out', () => {
  const saved = throughJson(savedViewOf(view));
  expect(restoredView(saved, emptyDocument)).toEqual({ ...initialView, outlineOnly: true });
});

test.each([
  ['nothing was saved', {}],
  ['it is damaged', { imageId: 7, selection: 'all' }],
  [
    'a zoom is no zoom',
    throughJson({ ...savedViewOf(view), viewports: [[imageId, { zoom: 0, x: 1, y: 1 }]] }),
  ],
])('the view starts afresh when %s', (_why, stored) => {
  expect(restoredView(stored, document)).toEqual(initialView);
});
