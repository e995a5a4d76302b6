import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import type { Studio } from './studio.ts';

/** What has no class, where colours tell classes. */
const classless = '#9a9ca3';

/** The colour a target wears on the picture, in the answer and in the list: its own, or its class's. */
export function shownColour(
  {
    document,
    settings,
  }: {
    readonly document: Pick<Studio['document'], 'categories'>;
    readonly settings: Pick<Studio['settings'], 'colourBy'>;
  },
  { colour, categoryId }: Pick<AnnotationRecord, 'colour' | 'categoryId'>,
): string {
  if (settings.colourBy === 'target') return colour;
  return (categoryId === null ? undefined : document.categories.get(categoryId)?.colour) ?? classless;
}
