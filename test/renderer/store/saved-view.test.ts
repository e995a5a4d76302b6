import { expect, onTestFinished, test, vi } from 'vitest';
import { applyToDocument } from '../../../electron/common/document/apply-to-document.ts';
import { emptyDocument } from '../../../renderer/store/document.ts';
import { keepViewSaved, restoredView, savedViewOf } from '../../../renderer/store/saved-view.ts';
import { type ViewState, initialView } from '../../../renderer/store/view-state.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';
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

test('the view of a project that is still being read is saved when it is here', async () => {
  const saved: unknown[] = [];
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: () => ({
      'project.saveView': async ({ view: told }) => {
        saved.push(told);
        return {};
      },
    }),
  });
  await aWindow(studio);
  vi.stubGlobal('window', new EventTarget());
  onTestFinished(() => void vi.unstubAllGlobals());
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  onTestFinished(keepViewSaved());
  useStudio.setState(({ document: whole, view: before }) => ({
    document: { ...whole, toCome: 5 },
    view: { ...before, outlineOnly: true },
  }));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saved).toEqual([]);
  useStudio.setState(({ document: part }) => ({ document: { ...part, toCome: 0 } }));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saved).toMatchObject([{ outlineOnly: true }]);
});
