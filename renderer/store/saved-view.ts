import { z } from 'zod';
import { annotationId, categoryId, imageId } from '../../electron/common/document/records.ts';
import { backend } from './client.ts';
import type { DocumentState } from './document.ts';
import { useStudio } from './studio.ts';
import { type ViewState, initialView } from './view-state.ts';
import { isWhole } from './whole-project.ts';

/** What a restart brings back. Kept in the project, so that it travels with its folder. */
const viewport = z.object({ zoom: z.number().positive().max(1000), x: z.number(), y: z.number() });
const savedView = z.object({
  imageId: imageId.nullable(),
  selection: z.array(annotationId),
  viewports: z.array(z.tuple([imageId, viewport.nullable()])),
  outlineOnly: z.boolean(),
  activeCategoryId: categoryId.nullable().default(null),
});
type SavedView = z.infer<typeof savedView>;

/** Images whose viewport is kept: the ones moved last. */
const keptViewports = 200;

export function savedViewOf(view: ViewState): SavedView {
  return {
    imageId: view.imageId,
    selection: [...view.selection],
    viewports: [...view.viewports].slice(-keptViewports),
    outlineOnly: view.outlineOnly,
    activeCategoryId: view.activeCategoryId,
  };
}

/** The view as it was saved; anything unknown, damaged or gone falls back to the initial view. */
export function restoredView(stored: Readonly<Record<string, unknown>>, document: DocumentState): ViewState {
  const parsed = savedView.safeParse(stored);
  if (!parsed.success) return initialView;
  const saved = parsed.data;
  const viewports = new Map(saved.viewports.filter(([id]) => document.images.has(id)));
  const shown = saved.imageId !== null && document.images.has(saved.imageId) ? saved.imageId : null;
  return {
    ...initialView,
    imageId: shown,
    viewport: shown === null ? null : (viewports.get(shown) ?? null),
    viewports,
    selection: saved.selection.filter((id) => document.annotations.get(id)?.imageId === shown),
    outlineOnly: saved.outlineOnly,
    activeCategoryId:
      saved.activeCategoryId !== null && document.categories.has(saved.activeCategoryId)
        ? saved.activeCategoryId
        : null,
  };
}

const saveDelayMs = 400;

/**
 * Saves the view a moment after it last changed, and at once when the window goes away.
 *
 * @returns a function that stops
 */
export function keepViewSaved(): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  // Nothing is written before all of a large project was looked at, which is begun later than its pictures.
  const saveWhenWhole = (): void => {
    if (isWhole(useStudio.getState())) save();
    else timer = setTimeout(saveWhenWhole, saveDelayMs);
  };
  const save = (): void => {
    timer = null;
    const { view, document } = useStudio.getState();
    if (document.project === null) return;
    // Losing the camera position is no loss of work; the connection screen tells when the door is gone.
    backend()
      .call('project.saveView', { view: savedViewOf(view) })
      .catch(() => undefined);
  };
  const stop = useStudio.subscribe(
    (state) => state.view,
    (now, before) => {
      const same =
        now.imageId === before.imageId &&
        now.viewports === before.viewports &&
        now.selection === before.selection &&
        now.outlineOnly === before.outlineOnly &&
        now.activeCategoryId === before.activeCategoryId;
      if (same) return;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(saveWhenWhole, saveDelayMs);
    },
  );
  const flush = (): void => {
    if (timer === null) return;
    clearTimeout(timer);
    save();
  };
  window.addEventListener('pagehide', flush);
  return () => {
    stop();
    window.removeEventListener('pagehide', flush);
    if (timer !== null) clearTimeout(timer);
  };
}
