import type { AnnotationId, AnnotationRecord } from '../../../electron/common/document/records.ts';

/** The selection after a click on `id`: alone, added or taken out with the modifier, or a range with Shift. */
export function pickedSelection(
  listed: readonly Pick<AnnotationRecord, 'id'>[],
  selection: readonly AnnotationId[],
  id: AnnotationId,
  how: { readonly isToggle: boolean; readonly isRange: boolean },
): readonly AnnotationId[] {
  if (how.isToggle)
    return selection.includes(id) ? selection.filter((other) => other !== id) : [...selection, id];
  const anchor = selection.at(-1);
  if (!how.isRange || anchor === undefined) return [id];
  const from = listed.findIndex((annotation) => annotation.id === anchor);
  const to = listed.findIndex((annotation) => annotation.id === id);
  if (from < 0 || to < 0) return [id];
  const range = listed.slice(Math.min(from, to), Math.max(from, to) + 1).map((annotation) => annotation.id);
  // The anchor stays last, so that the next Shift-click starts from the same place.
  return [...range.filter((other) => other !== anchor), anchor];
}
