import { useMemo } from 'react';
import { ArrowDownUp } from 'lucide-react';
import type { ImageSort } from '../../../electron/common/document/image-order.ts';
import { imageProgress } from '../../../electron/common/document/image-state.ts';
import { useAction } from '../../actions/use-action.ts';
import { searchOf, setImageList } from '../../store/image-list.ts';
import { useStudio } from '../../store/studio.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { formatCount } from '../../ui/format.ts';
import { DropdownMenu } from '../../ui/menu.tsx';
import styles from './image-search.module.css';

const sorts: Readonly<Record<ImageSort, string>> = {
  order: 'Order of the project',
  name: 'Name',
  state: 'State',
  targets: 'Most targets first',
  'to-review': 'Most to review first',
  score: 'Lowest score first',
  newest: 'Newest first',
};

const example = 'class:cup score:<0.5 state:review turns:>0 name:cam2*';

/** What is listed and in which order; what of a search was not understood is said under it. */
export function ImageSearch() {
  const list = useStudio((state) => state.imageList);
  const { problems } = searchOf(list);
  const [problem] = problems;
  return (
    <div className={styles['search']}>
      <div className={styles['line']}>
        <TextInput
          type="search"
          aria-label="Search images"
          placeholder="Search images"
          title={`Words, or ${example}`}
          value={list.search}
          aria-invalid={problem !== undefined}
          onChange={(event) => setImageList({ search: event.target.value })}
        />
        <DropdownMenu
          align="end"
          trigger={
            <IconButton label={`Sort: ${sorts[list.sort]}`} isPressed={list.sort !== 'order'}>
              <ArrowDownUp size={15} aria-hidden />
            </IconButton>
          }
          items={() =>
            // Object.entries widens the keys; they are the keys of `sorts`.
            (Object.entries(sorts) as [ImageSort, string][]).map(([sort, text]) => ({
              kind: 'item',
              text,
              isChecked: sort === list.sort,
              run: () => setImageList({ sort }),
            }))
          }
        />
      </div>
      {problem !== undefined && (
        <p className={styles['problem']} role="status">
          {problem.message}
        </p>
      )}
    </div>
  );
}

/** How far the project is: images done or skipped, of all; and the way into reviewing what waits. */
export function Progress() {
  // The whole document, not a count: counting walks all images, and must not at every move of the pointer.
  const document = useStudio((state) => state.document);
  const progress = useMemo(() => (document.toCome > 0 ? null : imageProgress(document)), [document]);
  const isReviewing = useStudio((state) => state.view.reviewing);
  const { run, isAvailable } = useAction('review.toggle');
  const all = document.images.size;
  if (progress === null || all === 0) return null;
  const { done, skipped, review } = progress;
  if (done + skipped + review === 0) return null;
  const words = [
    `${formatCount(done)} of ${formatCount(all)} done`,
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
    ...(review > 0 ? [`${formatCount(review)} to review`] : []),
  ].join(', ');
  return (
    <div className={styles['progress']}>
      <progress value={done + skipped} max={all} aria-label="Images done" />
      <div className={styles['line']}>
        <span className={styles['words']}>{words}</span>
        {!isReviewing && isAvailable && (
          <Button size="small" onClick={run}>
            Review
          </Button>
        )}
      </div>
    </div>
  );
}
