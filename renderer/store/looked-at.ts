import type { DocumentState } from './document.ts';
import { imagesInOrder } from '../../electron/common/document/views.ts';
import type { Studio } from './studio.ts';
import { type ViewState, initialView } from './view-state.ts';

/** `document` with a view that looks at nothing that is gone, and at something where there is something: the first image. */
export function lookedAt(
  { view }: Pick<Studio, 'view'>,
  document: DocumentState,
): Pick<Studio, 'document' | 'view'> {
  if (view.imageId === null ? document.images.size > 0 : !document.images.has(view.imageId)) {
    const imageId = imagesInOrder(document.images)[0]?.id ?? null;
    const viewport = imageId === null ? null : (view.viewports.get(imageId) ?? null);
    return {
      document,
      view: { ...initialView, ...kept(view), imageId, viewport },
    };
  }
  const isThere = (id: (typeof view.selection)[number]): boolean => document.annotations.has(id);
  return {
    document,
    view: {
      ...view,
      // The same array while nothing went: selectors compare by identity.
      selection: view.selection.every(isThere) ? view.selection : view.selection.filter(isThere),
      hovered: view.hovered !== null && isThere(view.hovered) ? view.hovered : null,
      compared: view.compared !== null && isThere(view.compared) ? view.compared : null,
    },
  };
}

/** What is about the hand, not about the image. */
function kept({ viewports, tool, activeCategoryId, lastDrawn, reviewing }: ViewState): Partial<ViewState> {
  return { viewports, tool, activeCategoryId, lastDrawn, reviewing };
}
