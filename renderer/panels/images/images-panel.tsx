import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ImagePlus, Images, LayoutGrid } from 'lucide-react';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { menuOf } from '../../actions/action-menu.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { listedImages } from '../../store/image-list.ts';
import { useStudio } from '../../store/studio.ts';
import { showImage } from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { DropdownMenu } from '../../ui/menu.tsx';
import { PanelHeader } from '../../ui/panel-header.tsx';
import { ImageRow } from './image-row.tsx';
import { ImageSearch, Progress } from './image-search.tsx';
import styles from './images-panel.module.css';

const rowHeight = 58;
/** Below this many images a search field is only in the way. */
const searchFrom = 8;

export function ImagesPanel() {
  const count = useStudio((state) => state.document.images.size);
  const isSearching = useStudio(({ imageList }) => imageList.search !== '' || imageList.sort !== 'order');
  // Behind the gallery nobody sees the list; it follows once the gallery is closed.
  const isHidden = useStudio((state) => state.dialog?.kind === 'gallery');
  const found = useHeld(useStudio(listedImages), isHidden);
  return (
    <>
      <PanelHeader title="Images" count={count}>
        {count > 1 && <ActionButton action="images.gallery" icon={<LayoutGrid size={16} aria-hidden />} />}
        <DropdownMenu
          align="end"
          trigger={
            <IconButton label="Add images">
              <ImagePlus size={16} aria-hidden />
            </IconButton>
          }
          items={() => menuOf(['images.add', 'images.add-folder', 'images.add-from-disk'])}
        />
      </PanelHeader>
      {(count >= searchFrom || isSearching) && <ImageSearch />}
      {count === 0 ? <NoImages /> : <ImageList images={found} />}
      <Progress />
    </>
  );
}

/** `value` as it was when the holding began. */
function useHeld<T>(value: T, isHeld: boolean): T {
  const [held, setHeld] = useState(value);
  if (!isHeld && held !== value) setHeld(value);
  return isHeld ? held : value;
}

function NoImages() {
  return (
    <EmptyState
      icon={<Images size={24} aria-hidden />}
      title="No images yet"
      text="The images of the project are listed here."
    />
  );
}

function ImageList({ images }: { readonly images: readonly ImageRecord[] }) {
  const shownId = useStudio((state) => state.view.imageId);
  const list = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: images.length,
    getScrollElement: () => list.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const shownIndex = images.findIndex((image) => image.id === shownId);
  useEffect(() => {
    if (shownIndex >= 0) rows.scrollToIndex(shownIndex, { align: 'auto' });
  }, [rows, shownIndex]);
  if (images.length === 0) return <p className={styles['none']}>No image is like that.</p>;
  return (
    <div
      ref={list}
      className={styles['list']}
      role="listbox"
      aria-label="Images of the project"
      tabIndex={0}
      {...(shownIndex >= 0 ? { 'aria-activedescendant': rowIdOf(shownIndex) } : {})}
      onKeyDown={(event) => moveByKey(event, images, shownIndex)}
    >
      <div className={styles['sizer']} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const image = images[row.index];
          if (image === undefined) return null;
          return (
            <ImageRow
              key={image.id}
              rowId={rowIdOf(row.index)}
              image={image}
              isShown={image.id === shownId}
              top={row.start}
            />
          );
        })}
      </div>
    </div>
  );
}

function rowIdOf(index: number): string {
  return `image-row-${index}`;
}

function moveByKey(event: KeyboardEvent, images: readonly ImageRecord[], shownIndex: number): void {
  const goals: Readonly<Record<string, number>> = {
    ArrowDown: shownIndex + 1,
    ArrowUp: shownIndex - 1,
    Home: 0,
    End: images.length - 1,
  };
  const goal = goals[event.key];
  if (goal === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const image = images[Math.max(0, Math.min(images.length - 1, goal))];
  if (image !== undefined) showImage(image.id);
}
