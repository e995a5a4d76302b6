import { type KeyboardEvent, memo, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { MessageSquareMore, Tag, Trash2 } from 'lucide-react';
import type { ImageId, ImageRecord } from '../../../electron/common/document/records.ts';
import { annotationsOf } from '../../../electron/common/document/views.ts';
import { menuOf } from '../../actions/action-menu.ts';
import { editActions } from '../../actions/edit-actions.ts';
import { imageStateActions } from '../../actions/image-state-actions.ts';
import { combinationOf, keysOf } from '../../actions/keys.ts';
import type { Action } from '../../actions/registry.ts';
import { runAction } from '../../actions/run-action.ts';
import { closeDialog, confirmed, openDialog } from '../../store/dialogs.ts';
import { listedImages, searchOf, setImageList } from '../../store/image-list.ts';
import { removeImages } from '../../store/images.ts';
import { type Studio, useStudio } from '../../store/studio.ts';
import { reporting, showToast } from '../../store/toasts.ts';
import { showImage } from '../../store/view.ts';
import { isWhole } from '../../store/whole-project.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { counted } from '../../ui/format.ts';
import { isMacPlatform } from '../../ui/key-names.ts';
import { DropdownMenu } from '../../ui/menu.tsx';
import { GalleryCard, cardIndexOf, galleryCardId } from './gallery-card.tsx';
import { columnsIn, galleryLayout } from './gallery-layout.ts';
import { RowMasks } from './gallery-masks.tsx';
import { ImageSearch } from './image-search.tsx';
import { cardAt, pickedAfter, pickedWords } from './gallery-picks.ts';
import styles from './gallery-dialog.module.css';

/** Rows kept ready above and below what is in sight. */
const overscan = 2;

/** All images of the project as pictures with their masks: to find some, to pick several, to do something to all of them. */
export function GalleryDialog() {
  // Typing goes before the answer: the list follows when there is time.
  const images = useDeferredValue(useStudio(listedImages));
  const picked = useStudio((state) => state.imageList.picked);
  const isEmpty = useStudio((state) => state.document.images.size === 0);
  // What is picked here would be meant by an action on the shown image later, unseen.
  useEffect(() => () => setImageList({ picked: new Set() }), []);
  return (
    <Dialog title="Images" width="full" footer={<Bulk picked={picked} listed={images} />}>
      <div className={styles['gallery']}>
        <ImageSearch />
        {images.length === 0 ? (
          <p className={styles['none']}>
            {isEmpty ? 'The project has no images.' : 'No image is like that.'}
          </p>
        ) : (
          <Cards images={images} picked={picked} />
        )}
      </div>
    </Dialog>
  );
}

/** Memoised: while a search is typed it has nothing new to show. */
const Cards = memo(function Cards({
  images,
  picked,
}: {
  readonly images: readonly ImageRecord[];
  readonly picked: ReadonlySet<ImageId>;
}) {
  const list = useRef<HTMLDivElement>(null);
  const { columns, width, height } = useRoom(list);
  const shownId = useStudio((state) => state.view.imageId);
  const [chosen, setCurrent] = useState(() =>
    Math.max(
      0,
      images.findIndex(({ id }) => id === shownId),
    ),
  );
  // A search may have left fewer than there were.
  const current = Math.min(chosen, images.length - 1);
  const rows = useVirtualizer({
    count: Math.ceil(images.length / columns),
    getScrollElement: () => list.current,
    estimateSize: () => galleryLayout.rowHeight,
    overscan,
    // Rendered with the frame; in the middle of the scroll event it would be rendered several times in a fast one.
    useFlushSync: false,
  });
  // A row that comes in takes over the elements of one that went: making them costs more than what they show.
  const slots = Math.ceil(height / galleryLayout.rowHeight) + 2 * overscan + 2;
  useEffect(() => {
    rows.scrollToIndex(Math.floor(current / columns), { align: 'auto' });
  }, [rows, current, columns]);
  const pick = (index: number, how: { readonly isRange: boolean; readonly isToggle: boolean }): void => {
    setImageList({ picked: pickedAfter({ images, picked, from: current, to: index, ...how }) });
    setCurrent(index);
  };
  const open = (index: number): void => {
    const image = images[index];
    if (image === undefined) return;
    showImage(image.id);
    closeDialog();
  };
  const press = (event: KeyboardEvent): void => {
    const goal = cardAt({ key: event.key, current, columns, count: images.length });
    if (goal !== null) {
      event.preventDefault();
      if (event.shiftKey) pick(goal, { isRange: true, isToggle: false });
      else setCurrent(goal);
    } else if (event.key === ' ') {
      event.preventDefault();
      pick(current, { isRange: false, isToggle: true });
    } else if (event.key === 'Enter') open(current);
    else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      pickAll(images);
    } else if (event.key === 'Delete' && picked.size > 0) askToRemove([...picked]);
    else {
      // What is done to an image by a key is done to those that are picked.
      const action = actionOf(event.nativeEvent, picked.size > 0 ? pickActions : editActions);
      if (action === undefined) return;
      event.preventDefault();
      runAction(action);
    }
  };
  return (
    <div
      ref={list}
      className={styles['list']}
      role="listbox"
      aria-label="All images"
      aria-multiselectable
      aria-activedescendant={galleryCardId(current)}
      tabIndex={0}
      data-autofocus
      onKeyDown={press}
      onClick={(event) => {
        const index = cardIndexOf(event.target);
        if (index !== null)
          pick(index, { isRange: event.shiftKey, isToggle: event.ctrlKey || event.metaKey });
      }}
      onDoubleClick={(event) => {
        const index = cardIndexOf(event.target);
        if (index !== null) open(index);
      }}
    >
      <div className={styles['sizer']} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <Row
            key={row.index % slots}
            top={row.start}
            first={row.index * columns}
            {...{ columns, width, images, picked, current }}
          />
        ))}
      </div>
    </div>
  );
});

/** Memoised: while one scrolls, only rows that come in are new. */
const Row = memo(function Row({
  images,
  picked,
  current,
  columns,
  width,
  first,
  top,
}: {
  readonly images: readonly ImageRecord[];
  readonly picked: ReadonlySet<ImageId>;
  readonly current: number;
  readonly columns: number;
  readonly width: number;
  /** Place of its first card. */
  readonly first: number;
  readonly top: number;
}) {
  const shown = useMemo(() => images.slice(first, first + columns), [images, first, columns]);
  return (
    <div
      role="presentation"
      className={styles['row']}
      style={{
        transform: `translateY(${top}px)`,
        gridTemplateColumns: `repeat(${columns}, 1fr)`,
        gap: galleryLayout.gap,
        padding: galleryLayout.rowPadding,
      }}
    >
      {shown.map((image, column) => (
        <GalleryCard
          // By its place: the elements stay, what they show is another image.
          // oxlint-disable-next-line react/no-array-index-key
          key={column}
          index={first + column}
          image={image}
          isPicked={picked.has(image.id)}
          isCurrent={first + column === current}
        />
      ))}
      <RowMasks images={shown} columns={columns} width={width} />
    </div>
  );
});

/** What there is room for: as many cards side by side as fit. */
function useRoom(list: { readonly current: HTMLDivElement | null }): {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
} {
  const [room, setRoom] = useState({ columns: 4, width: 0, height: 0 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setRoom({ columns: columnsIn(width), width, height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [list]);
  return room;
}

/** What can be done to the picked images. */
function Bulk({
  picked,
  listed,
}: {
  readonly picked: ReadonlySet<ImageId>;
  readonly listed: readonly ImageRecord[];
}) {
  const unsure = useStudio(whyUnsure);
  const ids = [...picked];
  const isNone = ids.length === 0;
  return (
    <div className={styles['bulk']}>
      <span className={styles['count']} role="status">
        {isNone
          ? `${counted(listed.length, 'image')}${unsure === null ? '. Space or Ctrl and a click picks; Enter opens.' : ` so far; ${unsure}`}`
          : pickedWords(picked, listed)}
      </span>
      <Button onClick={() => pickAll(listed)}>Pick all</Button>
      <Button disabled={isNone} onClick={() => setImageList({ picked: new Set() })}>
        Pick none
      </Button>
      <DropdownMenu
        align="end"
        trigger={<Button disabled={isNone}>Mark as…</Button>}
        items={() =>
          menuOf([
            'images.mark-done',
            'images.mark-review',
            'images.mark-labelled',
            'images.mark-skipped',
            'images.mark-new',
            null,
            'images.mark-by-rule',
          ])
        }
      />
      <Button disabled={isNone} onClick={() => openClassOf(ids)}>
        <Tag size={14} aria-hidden />
        Set class…
      </Button>
      <Button disabled={isNone} onClick={() => openDialog({ kind: 'ask-many', imageIds: ids })}>
        <MessageSquareMore size={14} aria-hidden />
        Ask about these…
      </Button>
      <Button disabled={isNone} onClick={() => askToRemove(ids)}>
        <Trash2 size={14} aria-hidden />
        Remove…
      </Button>
    </div>
  );
}

/** Why a search may mean other images soon, as half a sentence; null where it is known. All images are here from the start. */
function whyUnsure(state: Studio): string | null {
  const { query } = searchOf(state.imageList);
  if (!isWhole(state) && query.length > 0) return 'the project is still being read.';
  const asksOfFiles = query.some((term) => term.kind === 'choice' && term.field === 'file');
  return asksOfFiles && !state.areFilesChecked ? 'the files are still being looked at.' : null;
}

/** The actions whose keys mean something here: all others wait until the gallery is closed. */
const pickActions: readonly Action[] = [...imageStateActions, ...editActions];

function actionOf(event: globalThis.KeyboardEvent, actions: readonly Action[]): Action | undefined {
  const combination = combinationOf(event, isMacPlatform());
  const state = useStudio.getState();
  return actions.find(
    (action) =>
      combination !== null && keysOf(action, state.settings).includes(combination) && action.when(state),
  );
}

/** Of all targets of these images; those without any have none to give it to. */
function openClassOf(ids: readonly ImageId[]): void {
  const { document } = useStudio.getState();
  const annotationIds = ids.flatMap((id) => annotationsOf(document, id)).map(({ id }) => id);
  if (annotationIds.length > 0) openDialog({ kind: 'category', annotationIds });
  else
    showToast({
      tone: 'info',
      title: 'No class was given',
      text: `The ${ids.length === 1 ? 'image has' : 'images have'} no targets.`,
    });
}

function pickAll(images: readonly ImageRecord[]): void {
  setImageList({ picked: new Set(images.map(({ id }) => id)) });
}

function askToRemove(ids: readonly ImageId[]): void {
  reporting('The images were not removed', () => remove(ids));
}

async function remove(ids: readonly ImageId[]): Promise<void> {
  const isAgreed = await confirmed({
    title: `Remove ${counted(ids.length, 'image')} from the project?`,
    text: 'Their targets and questions go with them. The image files stay where they are, and Undo brings everything back.',
    confirm: ids.length === 1 ? 'Remove image' : 'Remove images',
    danger: true,
  });
  if (!isAgreed) return;
  setImageList({ picked: new Set() });
  await removeImages(ids);
}
