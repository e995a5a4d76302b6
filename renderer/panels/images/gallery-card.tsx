import { memo, useEffect, useRef } from 'react';
import { Check, ImageOff } from 'lucide-react';
import { thumbnailUrl } from '../../../electron/common/asset-urls.ts';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { annotationsOf } from '../../../electron/common/document/views.ts';
import { maskThumbnail } from '../../picture/mask-thumbnail.ts';
import { shownColour } from '../../store/shown-colour.ts';
import { useStudio } from '../../store/studio.ts';
import { classNames } from '../../ui/class-names.ts';
import { counted } from '../../ui/format.ts';
import { drawSoon } from './drawing-queue.ts';
import { ImageStateMark } from './image-state-mark.tsx';
import styles from './gallery-dialog.module.css';

/** An image with its masks, its whole name and where the work on it stands. */
export const GalleryCard = memo(function GalleryCard({
  image,
  id,
  isPicked,
  isCurrent,
  onPick,
  onOpen,
}: {
  readonly image: ImageRecord;
  readonly id: string;
  readonly isPicked: boolean;
  readonly isCurrent: boolean;
  readonly onPick: (how: { readonly isRange: boolean; readonly isToggle: boolean }) => void;
  readonly onOpen: () => void;
}) {
  const count = useStudio((state) => annotationsOf(state.document, image.id).length);
  const isMissing = useStudio((state) => state.troubledImages.get(image.id) === 'missing');
  return (
    // The gallery itself has the focus and the keys; its options only take clicks.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isPicked}
      className={classNames(styles['card'], isPicked && styles['picked'], isCurrent && styles['current'])}
      title={image.folders === '' ? image.name : `${image.folders}/${image.name}`}
      onClick={(event) => onPick({ isRange: event.shiftKey, isToggle: event.ctrlKey || event.metaKey })}
      onDoubleClick={onOpen}
    >
      <span className={styles['picture']}>
        {isMissing ? (
          <ImageOff size={22} aria-hidden />
        ) : (
          <img
            src={thumbnailUrl({ imageId: image.id, version: image.sha256 })}
            alt=""
            loading="lazy"
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
      const context = canvas.current?.getContext('2d') ?? null;
      if (canvas.current === null || context === null) return;
      const art = maskThumbnail(image, annotations, (annotation) =>
        shownColour({ document: { categories }, settings: { colourBy } }, annotation),
      );
      canvas.current.width = art?.fill.width ?? 1;
      canvas.current.height = art?.fill.height ?? 1;
      if (art === null) return;
      context.globalAlpha = fillOpacity;
      context.drawImage(art.fill, 0, 0);
      context.globalAlpha = 1;
      context.drawImage(art.outline, 0, 0);
    });
  }, [image, annotations, categories, colourBy]);
  if (annotations.length === 0) return null;
  return <canvas ref={canvas} className={styles['masks']} aria-hidden />;
}
