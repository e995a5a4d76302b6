import type { FormatInfo } from '../../common/contract.ts';
import type { AnnotationRecord, ImageRecord } from '../../common/document/records.ts';
import { runsOf } from '../../common/rle.ts';
import { isEmptyMask, type Runs } from '../../common/runs.ts';
import type { LossList } from './format.ts';

/** Which targets an export writes. */
export type ReviewPolicy = 'accepted' | 'not-rejected';

export const reviewOption: FormatInfo['options'][number] = {
  name: 'review',
  label: 'Targets to write',
  choices: [
    { value: 'not-rejected', label: 'All but rejected ones' },
    { value: 'accepted', label: 'Accepted ones only' },
  ],
  initial: 'not-rejected',
};

/** The target's mask, or null when it is not to be written: then `losses` says why. */
export function usableMask(
  annotation: AnnotationRecord,
  image: ImageRecord,
  how: { readonly review: ReviewPolicy; readonly losses: LossList },
): Runs | null {
  const skip = (why: string): null => {
    how.losses.add(why, whereIs(annotation, image));
    return null;
  };
  if (annotation.review === 'rejected') return skip('Targets left out: they were rejected');
  if (how.review === 'accepted' && annotation.review !== 'accepted') {
    return skip('Targets left out: nobody has accepted them yet');
  }
  const mask = runsOf(annotation.mask);
  if (mask.width !== image.width || mask.height !== image.height) {
    return skip("Targets left out: their mask is not of the image's size");
  }
  return isEmptyMask(mask) ? skip('Targets left out: their mask is empty') : mask;
}

export function whereIs(annotation: AnnotationRecord, image: ImageRecord): string {
  return `${annotation.name || 'a target without name'} in ${image.name}`;
}
