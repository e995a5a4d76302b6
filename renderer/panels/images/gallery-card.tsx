import { memo, useEffect, useRef } from 'react';
import { Check, ImageOff } from 'lucide-react';
import { thumbnailUrl } from '../../../electron/common/asset-urls.ts';
import type { AnnotationRecord, ImageRecord } from '../../../electron/common/document/records.ts';
import { annotationsOf } from '../../../electron/common/document/views.ts';
import { type Thumbnail, maskThumbnail } from '../../picture/mask-thumbnail.ts';
import { shownColour } from '../../store/shown-colour.ts';
import { useStudio } from '../../store/studio.ts';
import { isWhole } from '../../store/whole-project.ts';
import { classNames } from '../../ui/class-names.ts';
import { counted } from '../../ui/format.ts';
import { drawSoon } from './drawing-queue.ts';
import { ImageStateMark } from './image-state-mark.tsx';
import styles from './gallery-dialog.module.css';

export function galleryCardId(index: number): string {
  return `gallery-${index}`;
}

/** The place of the card that an event came from; null beside the cards. */
export function cardIndexOf(element: EventTarget): number | null {
  const card = element instanceof Element ? element.closest<HTMLElement>('[data-index]') : null;
  return card === null ? null : Number(card.dataset['index']);
}

/** An image with its masks, its whole name and where the work on it stands. */
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
  const isMissing = useStudio((state) => state.troubledImages.get(image.id) === 'missing');
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
        {isMissing ? (
          <ImageOff size={22} aria-hidden />
        ) : (
          <img
            src={thumbnailUrl({ imageId: image.id, version: image.sha256 })}
            alt=""
            decoding="async"
            draggable={false}
          />
        )}
        <Masks image={image} />
        {isPicked && (
          <span className={styles['mark']}>
            <Check size={13} strokeWidth={3} aria-hidden />
          </span>
        )}
      </span>
      <span className={styles['name']}>{image.name}</span>
      <span className={styles['facts']}>
        <ImageStateMark imageId={image.id} isWorded />
        {count > 0 && <span>{counted(count, 'target')}</span>}
      </span>
    </div>
  );
});

const fillOpacity = 0.34;

function Masks({ image }: { readonly image: ImageRecord }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const annotations = useStudio((state) => annotationsOf(state.document, image.id));
  const colourBy = useStudio((state) => state.settings.colourBy);
  const categories = useStudio((state) => state.document.categories);
  useEffect(() => {
    if (annotations.length === 0) return undefined;
    return drawSoon(() => {
      if (canvas.current === null) return;
      const document = { categories };
      const colourOf = (annotation: AnnotationRecord): string =>
        shownColour({ document, settings: { colourBy } }, annotation);
      draw(canvas.current, maskThumbnail(image, annotations, { colourOf, fillOpacity }));
    });
  }, [image, annotations, categories, colourBy]);
  if (annotations.length === 0) return null;
  return <canvas ref={canvas} className={styles['masks']} aria-hidden />;
}

function draw(canvas: HTMLCanvasElement, art: Thumbnail | null): void {
  canvas.width = art?.width ?? 1;
  canvas.height = art?.height ?? 1;
  if (art === null) return;
  const picture = new ImageData(new Uint8ClampedArray(art.pixels.buffer), art.width, art.height);
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
}
