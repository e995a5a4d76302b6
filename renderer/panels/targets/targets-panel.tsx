import { type KeyboardEvent, memo, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, Copy, Shapes, SquaresUnite, Tag, Trash2, X } from 'lucide-react';
import type { AnnotationId, AnnotationRecord } from '../../../electron/common/document/records.ts';
import { annotationsOf } from '../../../electron/common/document/views.ts';
import { reveal } from '../../store/reveal-target.ts';
import { useStudio } from '../../store/studio.ts';
import { listedTargets } from '../../store/target-list.ts';
import { select } from '../../store/view.ts';
import { isWhole } from '../../store/whole-project.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TextInput } from '../../ui/field.tsx';
import { PanelHeader } from '../../ui/panel-header.tsx';
import { ListControls, changeList } from './list-controls.tsx';
import { pickedSelection } from './picked-selection.ts';
import { TargetDetails } from './target-details.tsx';
import { TargetRow } from './target-row.tsx';
import styles from './targets-panel.module.css';

/** Below this many targets a search field is only in the way. */
const searchFrom = 8;
const rowHeight = 44;

/**
 * The masks of the image shown. The list follows an edit in slices between frames: the picture comes first, and
 * an edit must be drawn at once even while a long list is on the screen.
 */
export function TargetsPanel() {
  const annotations = useDeferredValue(
    useStudio((state) => annotationsOf(state.document, state.view.imageId)),
  );
  const [renaming, setRenaming] = useState<AnnotationId | null>(null);
  const list = useStudio((state) => state.targetList);
  const categories = useStudio((state) => state.document.categories);
  const targets = useStudio((state) => state.document.targets);
  const isReading = useStudio((state) => !isWhole(state));
  const listed = useMemo(
    () => listedTargets(annotations, list, { categories, targets }),
    [annotations, list, categories, targets],
  );
  return (
    <>
      <PanelHeader title="Targets" {...(isReading ? {} : { count: annotations.length })}>
        {annotations.length > 0 && <ListControls />}
      </PanelHeader>
      {annotations.length >= searchFrom && (
        <div className={styles['search']}>
          <TextInput
            type="search"
            aria-label="Search targets"
            placeholder="Search targets"
            value={list.search}
            onChange={(event) => changeList({ search: event.target.value })}
          />
        </div>
      )}
      {annotations.length === 0 ? (
        <NoTargets />
      ) : (
        <TargetList
          listed={listed}
          canMove={canMove(list, listed, annotations)}
          renaming={renaming}
          onRename={setRenaming}
        />
      )}
      <Inspector onRename={setRenaming} />
      <ManySelected />
    </>
  );
}

function canMove(
  list: { readonly sort: string },
  listed: readonly AnnotationRecord[],
  all: readonly AnnotationRecord[],
): boolean {
  return list.sort === 'order' && listed.length === all.length;
}

function NoTargets() {
  const hasImage = useStudio((state) => state.view.imageId !== null);
  const isReading = useStudio((state) => !isWhole(state));
  if (isReading) return <p className={styles['none']}>The project is still being read.</p>;
  return (
    <EmptyState
      icon={<Shapes size={22} aria-hidden />}
      title="No targets"
      text={
        hasImage
          ? 'Ask a question, or draw one yourself with the brush or polygon.'
          : 'The masks of the image you work on are listed here.'
      }
    />
  );
}

/** Memoised: while the list is behind the picture it has nothing new to show. */
const TargetList = memo(function TargetList({
  listed,
  canMove: mayMove,
  renaming,
  onRename,
}: {
  readonly listed: readonly AnnotationRecord[];
  readonly canMove: boolean;
  readonly renaming: AnnotationId | null;
  readonly onRename: (id: AnnotationId | null) => void;
}) {
  const selection = useStudio((state) => state.view.selection);
  const list = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: listed.length,
    getScrollElement: () => list.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => listed[index]?.id ?? index,
    overscan: 8,
  });
  const active = listed.findIndex(({ id }) => id === selection.at(-1));
  // With the first selected target its details come, and leave the list less room than it had when it was selected.
  const room = rows.scrollRect?.height;
  useEffect(() => {
    if (active >= 0) rows.scrollToIndex(active, { align: 'auto' });
  }, [rows, active, room]);
  if (listed.length === 0) return <p className={styles['none']}>No target matches.</p>;
  return (
    <div
      ref={list}
      className={styles['list']}
      role="grid"
      aria-label="Targets of this image"
      aria-multiselectable
      aria-rowcount={listed.length}
      tabIndex={0}
      {...(active >= 0 ? { 'aria-activedescendant': rowIdOf(active) } : {})}
      onKeyDown={(event) => {
        if (event.target === event.currentTarget) steerByKey(event, listed, active, onRename);
      }}
    >
      <div className={styles['sizer']} style={{ height: rows.getTotalSize() }} role="presentation">
        {rows.getVirtualItems().map((row) => {
          const annotation = listed[row.index];
          if (annotation === undefined) return null;
          const isSelected = selection.includes(annotation.id);
          return (
            <div
              key={annotation.id}
              ref={rows.measureElement}
              data-index={row.index}
              className={styles['placed']}
              style={{ transform: `translateY(${row.start}px)` }}
              role="presentation"
            >
              <TargetRow
                annotation={annotation}
                rowId={rowIdOf(row.index)}
                isSelected={isSelected}
                isRenaming={renaming === annotation.id}
                canMove={mayMove}
                onPick={pick}
                onRename={onRename}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
});

/** Reads the list when it is clicked: a row's function stays the same, so an edit renders only the row it changes. */
function pick(id: AnnotationId, how: { readonly isToggle: boolean; readonly isRange: boolean }): void {
  const { document, view, targetList } = useStudio.getState();
  const listed = listedTargets(annotationsOf(document, view.imageId), targetList, document);
  select(pickedSelection(listed, view.selection, id, how));
}

function rowIdOf(index: number): string {
  return `target-row-${index}`;
}

function steerByKey(
  event: KeyboardEvent,
  listed: readonly AnnotationRecord[],
  active: number,
  rename: (id: AnnotationId) => void,
): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const goals: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    Home: 0,
    End: listed.length - 1,
  };
  const goal = goals[event.key];
  const current = listed[active];
  if (goal !== undefined) {
    event.preventDefault();
    const next = listed[Math.max(0, Math.min(listed.length - 1, goal))];
    if (next === undefined) return;
    const { selection } = useStudio.getState().view;
    const kept = event.shiftKey ? selection.filter((id) => id !== next.id) : [];
    select([...kept, next.id]);
  } else if (event.key === 'Enter' && current !== undefined) {
    event.preventDefault();
    reveal(current);
  } else if (event.key === 'F2' && current !== undefined) {
    event.preventDefault();
    rename(current.id);
  }
}

/** Of the one selected target, always in one place: the rows above stay where they are. */
function Inspector({ onRename }: { readonly onRename: (id: AnnotationId) => void }) {
  const annotation = useStudio(({ document, view }) => {
    const [only, ...more] = view.selection;
    return only === undefined || more.length > 0 ? undefined : document.annotations.get(only);
  });
  if (annotation === undefined) return null;
  return <TargetDetails annotation={annotation} onRename={onRename} />;
}

/** What can be done with several targets at once. */
function ManySelected() {
  const count = useStudio((state) => state.view.selection.length);
  if (count < 2) return null;
  return (
    <div className={styles['many']} role="toolbar" aria-label="Selected targets">
      <span className={styles['manyCount']}>{count} selected</span>
      <ActionButton action="targets.accept" size="small" icon={<Check size={14} aria-hidden />} />
      <ActionButton action="targets.reject" size="small" icon={<X size={14} aria-hidden />} />
      <ActionButton action="targets.category" size="small" icon={<Tag size={14} aria-hidden />} />
      <ActionButton action="targets.merge" size="small" icon={<SquaresUnite size={14} aria-hidden />} />
      <ActionButton action="targets.duplicate" size="small" icon={<Copy size={14} aria-hidden />} />
      <ActionButton action="targets.delete" size="small" icon={<Trash2 size={14} aria-hidden />} />
    </div>
  );
}
