import { type DragEvent, memo, useState } from 'react';
import { Check, CircleCheck, CircleX, Eye, EyeOff, Lock, LockOpen, X } from 'lucide-react';
import type { AnnotationId, AnnotationRecord } from '../../../electron/common/document/records.ts';
import { targetMenu } from '../../actions/target-menu.ts';
import { startEditing } from '../../store/reveal-target.ts';
import { commit } from '../../store/edit.ts';
import { useStudio } from '../../store/studio.ts';
import { changedTargets, reorderedTarget } from '../../../electron/common/document/target-edits.ts';
import { shownColour } from '../../store/shown-colour.ts';
import { numberIn } from '../../picture/place-titles.ts';
import { targetTitle, wordsOf } from '../../store/target-titles.ts';
import { hover, select } from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { colourStyle } from '../../ui/colour-style.ts';
import { counted, formatArea, formatPercent } from '../../ui/format.ts';
import { ContextMenu } from '../../ui/menu.tsx';
import { RenameField } from './rename-field.tsx';
import styles from './target-row.module.css';

const dragType = 'application/x-pixellm-target';

/**
 * One target: its colour, name and facts, what can be decided about it, and its details when it is the one
 * selected. Memoised: of hundreds of rows only those that changed render again.
 */
export const TargetRow = memo(function TargetRow({
  annotation,
  rowId,
  isSelected,
  isRenaming,
  canMove,
  onPick,
  onRename,
}: {
  readonly annotation: AnnotationRecord;
  readonly rowId: string;
  readonly isSelected: boolean;
  readonly isRenaming: boolean;
  /** Dragging makes sense only while the list shows the paint order. */
  readonly canMove: boolean;
  readonly onPick: (id: AnnotationId, how: { readonly isToggle: boolean; readonly isRange: boolean }) => void;
  readonly onRename: (id: AnnotationId | null) => void;
}) {
  const isHovered = useStudio((state) => state.view.hovered === annotation.id);
  const colour = useStudio((state) => shownColour(state, annotation));
  const drop = useDropPlace(annotation.id);
  return (
    <ContextMenu
      items={() => {
        if (!isSelected) select([annotation.id]);
        return targetMenu();
      }}
    >
      {/* The grid has the focus and the keys (targets-panel.tsx); its rows only take clicks. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div
        id={rowId}
        role="row"
        aria-selected={isSelected}
        className={classNames(
          styles['row'],
          isHovered && styles['hovered'],
          isSelected && styles['selected'],
          annotation.hidden && styles['hidden'],
          annotation.review === 'rejected' && styles['rejected'],
          drop.place !== null && styles[drop.place],
        )}
        draggable={canMove && !isRenaming}
        onDragStart={(event) => event.dataTransfer.setData(dragType, annotation.id)}
        {...(canMove ? drop.handlers : {})}
        onPointerEnter={() => hover(annotation.id)}
        onPointerLeave={() => hover(null)}
        onClick={(event) =>
          onPick(annotation.id, { isToggle: event.ctrlKey || event.metaKey, isRange: event.shiftKey })
        }
        onDoubleClick={() => startEditing(annotation)}
      >
        <div className={styles['line']}>
          <span aria-hidden className={styles['swatch']} style={colourStyle('--swatch', colour)} />
          <div role="gridcell" className={styles['text']}>
            {isRenaming ? (
              <RenameField annotation={annotation} onDone={() => onRename(null)} />
            ) : (
              <NameAndFacts annotation={annotation} />
            )}
          </div>
          <Tools
            id={annotation.id}
            hidden={annotation.hidden}
            locked={annotation.locked}
            review={annotation.review}
          />
        </div>
      </div>
    </ContextMenu>
  );
});

function NameAndFacts({ annotation }: { readonly annotation: AnnotationRecord }) {
  const title = useStudio((state) => targetTitle(state.document, annotation));
  const words = useStudio((state) => wordsOf(annotation, state.document));
  const preview = useStudio((state) => state.view.previews.get(annotation.id));
  return (
    <>
      <div className={styles['name']} title={title}>
        <NumberedTitle title={title} />
      </div>
      <div className={styles['facts']}>
        {annotation.categoryId !== null && !title.startsWith(words) && (
          <>
            {/* A name that is written from the right must not turn the figures behind it round. */}
            <bdi>{words}</bdi>
            {' · '}
          </>
        )}
        {[
          ...(annotation.categoryId === null ? ['No class'] : []),
          ...(annotation.score === null ? [] : [formatPercent(annotation.score)]),
          formatArea(preview?.area ?? annotation.area),
          ...(annotation.edited ? ['corrected'] : []),
          ...(annotation.source === 'person' ? ['by hand'] : []),
          ...(annotation.comments.length === 0 ? [] : [counted(annotation.comments.length, 'comment')]),
        ].join(' · ')}
      </div>
    </>
  );
}

/** Where a long name is cut its number stays in sight: it is what tells one from the other. */
function NumberedTitle({ title }: { readonly title: string }) {
  const number = numberIn(title);
  if (number === null) return title;
  return (
    <>
      <bdi className={styles['stem']} data-digits={number.length}>
        {title.slice(0, -number.length - 1)}
      </bdi>
      {` ${number}`}
    </>
  );
}

/** By its values, not by the record: a stroke changes the mask and leaves these alone. */
const Tools = memo(function Tools({
  id,
  hidden,
  locked,
  review,
}: Pick<AnnotationRecord, 'id' | 'hidden' | 'locked' | 'review'>) {
  const change = (label: string, part: Partial<AnnotationRecord>): void => {
    void commit(
      label,
      changedTargets(useStudio.getState().document, [id], () => part),
    );
  };
  return (
    // Clicks here decide about the target; they must not also select it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="gridcell"
      className={styles['tools']}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <IconButton
        className={classNames(!locked && styles['onHover'])}
        label={locked ? 'Unlock' : 'Lock'}
        size="small"
        onClick={() => change(locked ? 'Unlock target' : 'Lock target', { locked: !locked })}
      >
        {locked ? <Lock size={14} aria-hidden /> : <LockOpen size={14} aria-hidden />}
      </IconButton>
      <IconButton
        className={classNames(!hidden && styles['onHover'])}
        label={hidden ? 'Show' : 'Hide'}
        size="small"
        onClick={() => change(hidden ? 'Show target' : 'Hide target', { hidden: !hidden })}
      >
        {hidden ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
      </IconButton>
      <span className={styles['review']}>
        {review === 'proposed' ? (
          <>
            <IconButton
              label="Accept"
              size="small"
              onClick={() => change('Accept target', { review: 'accepted' })}
            >
              <Check size={14} aria-hidden />
            </IconButton>
            <IconButton
              label="Reject"
              size="small"
              onClick={() => change('Reject target', { review: 'rejected' })}
            >
              <X size={14} aria-hidden />
            </IconButton>
          </>
        ) : (
          <IconButton
            className={styles[review]}
            label={review === 'accepted' ? 'Accepted: review again' : 'Rejected: review again'}
            size="small"
            onClick={() => change('Review again', { review: 'proposed' })}
          >
            {review === 'accepted' ? (
              <CircleCheck size={14} aria-hidden />
            ) : (
              <CircleX size={14} aria-hidden />
            )}
          </IconButton>
        )}
      </span>
    </div>
  );
});

/** What dropping another row here would do. The list shows the topmost target first, so "above" means painted later. */
function useDropPlace(id: AnnotationId) {
  const [place, setPlace] = useState<'above' | 'below' | null>(null);
  const placeOf = (event: DragEvent<HTMLElement>): 'above' | 'below' => {
    const box = event.currentTarget.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2 ? 'above' : 'below';
  };
  return {
    place,
    handlers: {
      onDragOver: (event: DragEvent<HTMLElement>) => {
        if (!event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        setPlace(placeOf(event));
      },
      onDragLeave: () => setPlace(null),
      onDrop: (event: DragEvent<HTMLElement>) => {
        setPlace(null);
        const { document } = useStudio.getState();
        const moved = [...document.annotations.keys()].find(
          (key) => key === event.dataTransfer.getData(dragType),
        );
        if (moved === undefined) return;
        event.preventDefault();
        void commit('Move target', reorderedTarget(document, { id: moved, next: id, place: placeOf(event) }));
      },
    },
  };
}
