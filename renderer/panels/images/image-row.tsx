import { memo } from 'react';
import { MessageSquareText } from 'lucide-react';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { menuOf } from '../../actions/action-menu.ts';
import { isUnreviewed } from '../../../electron/common/document/review.ts';
import { annotationsOf } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';
import { showImage } from '../../store/view.ts';
import { isWhole } from '../../store/whole-project.ts';
import { classNames } from '../../ui/class-names.ts';
import { counted } from '../../ui/format.ts';
import { ContextMenu } from '../../ui/menu.tsx';
import { ImageStateMark } from './image-state-mark.tsx';
import { ImageThumbnail } from './image-thumbnail.tsx';
import { ImageTroubleMark } from './image-trouble-mark.tsx';
import styles from './image-row.module.css';

/** One line of the image list: what it looks like and how far the work on it is. */
export const ImageRow = memo(function ImageRow({
  image,
  isShown,
  top,
  rowId,
}: {
  readonly image: ImageRecord;
  readonly isShown: boolean;
  readonly top: number;
  readonly rowId: string;
}) {
  return (
    <ContextMenu
      items={() => {
        showImage(image.id);
        return menuOf([
          'images.mark-done',
          'images.mark-review',
          'images.mark-skipped',
          'images.mark-by-rule',
          null,
          'images.comment',
          'images.relink',
          'project.export',
          null,
          'images.remove',
        ]);
      }}
    >
      {/* The list itself has the focus and the keys (see images-panel.tsx); its options only take clicks. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div
        id={rowId}
        role="option"
        aria-selected={isShown}
        className={classNames(styles['row'], isShown && styles['shown'])}
        style={{ transform: `translateY(${top}px)` }}
        title={image.name}
        onClick={() => showImage(image.id)}
      >
        <span className={styles['thumbnail']}>
          <ImageThumbnail image={image} markSize={18} loading="lazy" />
        </span>
        <div className={styles['text']}>
          <div className={styles['name']}>{image.name}</div>
          <div className={styles['line']}>
            <Facts image={image} />
            <ToReview image={image} />
          </div>
        </div>
      </div>
    </ContextMenu>
  );
});

function Facts({ image }: { readonly image: ImageRecord }) {
  const isWell = useStudio((state) => !state.troubledImages.has(image.id));
  const isAnswering = useStudio((state) => state.chat.streams.has(image.id));
  const count = useStudio((state) => (isWhole(state) ? annotationsOf(state.document, image.id).length : 0));
  return (
    <div className={styles['facts']}>
      <ImageStateMark imageId={image.id} />
      <ImageTroubleMark imageId={image.id} />
      {isAnswering && <span className={styles['answering']}>Answering…</span>}
      {image.comments.length > 0 && (
        <MessageSquareText size={12} role="img" aria-label={counted(image.comments.length, 'comment')} />
      )}
      {isWell && !isAnswering && (
        <span>{count === 0 ? `${image.width} × ${image.height}` : counted(count, 'target')}</span>
      )}
    </div>
  );
}

/** How many of its targets wait for a decision. */
function ToReview({ image }: { readonly image: ImageRecord }) {
  const count = useStudio((state) =>
    isWhole(state) ? annotationsOf(state.document, image.id).filter(isUnreviewed).length : 0,
  );
  if (count === 0) return null;
  return (
    <span className={styles['review']} title={`${counted(count, 'target')} to review`}>
      {count}
      <span className="visually-hidden"> to review</span>
    </span>
  );
}
