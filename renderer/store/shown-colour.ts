import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import { standingOut } from '../../electron/common/palette.ts';
import type { Studio } from './studio.ts';

/** What has no class, where colours tell classes. */
const classless = '#9a9ca3';

/** What the colour of a target depends on beside the target. */
export interface ColourFacts {
  readonly document: Pick<Studio['document'], 'categories' | 'images'>;
  readonly settings: Pick<Studio['settings'], 'colourBy'>;
  readonly pictureColours: Studio['pictureColours'];
}

/** The colour a target wears on the picture, in the answer and in the list: its own, or its class's. */
export function shownColour(
  facts: ColourFacts,
  annotation: Pick<AnnotationRecord, 'colour' | 'autoColour' | 'categoryId' | 'imageId'>,
): string {
  if (facts.settings.colourBy === 'target') return ownColour(facts, annotation);
  const { categoryId } = annotation;
  return (categoryId === null ? undefined : facts.document.categories.get(categoryId)?.colour) ?? classless;
}

/** A target's own colour: the one chosen for it, else one that stands out from its picture, once that was looked at. */
export function ownColour(
  {
    document,
    pictureColours,
  }: Pick<ColourFacts, 'pictureColours'> & { readonly document: Pick<Studio['document'], 'images'> },
  { colour, autoColour = false, imageId }: Pick<AnnotationRecord, 'colour' | 'autoColour' | 'imageId'>,
): string {
  if (!autoColour) return colour;
  const image = document.images.get(imageId);
  const inPicture = image === undefined ? undefined : pictureColours.get(image.sha256);
  return inPicture === undefined ? colour : standingOut(colour, inPicture);
}

/** Whether the colours of a picture are asked for by any of its targets. */
export function needsPictureColours(annotations: readonly Pick<AnnotationRecord, 'autoColour'>[]): boolean {
  return annotations.some(({ autoColour }) => autoColour === true);
}
