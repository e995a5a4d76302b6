import { useEffect } from 'react';
import type { AnnotationRecord, ImageRecord } from '../../../electron/common/document/records.ts';
import { lookAtPictures } from '../../canvas/picture-colours.ts';
import { needsPictureColours } from '../../store/shown-colour.ts';
import { whenHandsRest } from '../../ui/busy-hands.ts';

/**
 * Has the colours of pictures in sight looked at whose targets ask for them, once nobody scrolls and the page has nothing else to do: until then
 * masks wear the palette's in its order, which most keep.
 *
 * @param looked what is known of each image's picture, undefined for nothing yet
 */
export function useLookedAt(
  images: readonly ImageRecord[],
  masks: readonly (readonly AnnotationRecord[])[],
  looked: readonly unknown[] | undefined,
): void {
  useEffect(() => {
    const unknown = images.filter(
      (_, column) => looked?.[column] === undefined && needsPictureColours(masks[column] ?? []),
    );
    if (unknown.length === 0) return undefined;
    let handle = 0;
    let isInSight = true;
    void whenHandsRest().then(() => {
      if (isInSight) handle = requestIdleCallback(() => void lookAtPictures(unknown), { timeout: 2_000 });
    });
    return () => {
      isInSight = false;
      cancelIdleCallback(handle);
    };
  }, [images, masks, looked]);
}
