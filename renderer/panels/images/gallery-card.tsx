import { memo } from 'react';
import { Check } from 'lucide-react';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { annotationsOf } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';
import { isWhole } from '../../store/whole-project.ts';
import { classNames } from '../../ui/class-names.ts';
import { counted } from '../../ui/format.ts';
import { ImageStateMark } from './image-state-mark.tsx';
import { ImageThumbnail } from './image-thumbnail.tsx';
import { ImageTroubleMark } from './image-trouble-mark.tsx';
import styles from './gallery-dialog.module.css';

export function galleryCardId(index: number): string {
  return `gallery-${index}`;
}

/** The place of the card that an event came from; null beside the cards. */
export function cardIndexOf(element: EventTarget): number | null {
  const card = element instanceof Element ? element.closest<HTMLElement>('[data-index]') : null;
  return card === null ? null : Number(card.dataset['index']);
}

/** An image, its whole name and where the work on it stands; its masks are drawn over it by the row (gallery-masks.tsx). */
export const GalleryCard = memo(function GalleryCard({
  image,
  index,
  isPicked,
  isCurrent,
}: {
  readonly image: ImageRecord;
  /** Its place in the gallery. */
  readonly index: number;
  readonly isPicked: boolean;
  readonly isCurrent: boolean;
}) {
  const count = useStudio((state) => (isWhole(state) ? annotationsOf(state.document, image.id).length : 0));
  const isWell = useStudio((state) => !state.troubledImages.has(image.id));
  return (
    // The gallery itself has the focus, the keys and the clicks.
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      id={galleryCardId(index)}
      data-index={index}
      role="option"
      aria-selected={isPicked}
      className={classNames(styles['card'], isPicked && styles['picked'], isCurrent && styles['current'])}
      title={image.folders === '' ? image.name : `${image.folders}/${image.name}`}
    >
      <span className={styles['picture']}>
        <ImageThumbnail image={image} markSize={22} />
        {isPicked && (
          <span className={styles['mark']}>
            <Check size={13} strokeWidth={3} aria-hidden />
          </span>
        )}
      </span>
      <span className={styles['name']}>{image.name}</span>
      <span className={styles['facts']}>
        <ImageStateMark imageId={image.id} isWorded />
        <ImageTroubleMark imageId={image.id} />
        {isWell && count > 0 && <span>{counted(count, 'target')}</span>}
      </span>
    </div>
  );
});
