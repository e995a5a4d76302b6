import { useState } from 'react';
import { Command } from 'cmdk';
import { CircleSlash, Plus } from 'lucide-react';
import type { AnnotationId } from '../../../electron/common/document/records.ts';
import {
  categorised,
  categoryNamed,
  longestName,
  uncategorised,
} from '../../../electron/common/document/categories.ts';
import { commit } from '../../store/edit.ts';
import { categoriesInOrder } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';
import { useCategoryCounts } from '../../store/use-category-counts.ts';
import { colourStyle } from '../../ui/colour-style.ts';
import styles from './category-picker.module.css';

/** Choose a category for targets, or type a new one. */
export function CategoryPicker({
  annotationIds,
  onDone,
}: {
  readonly annotationIds: readonly AnnotationId[];
  readonly onDone: () => void;
}) {
  const [search, setSearch] = useState('');
  const categories = useStudio((state) => categoriesInOrder(state.document.categories));
  const counts = useCategoryCounts();
  const isNew = useStudio(
    (state) => search.trim() !== '' && categoryNamed(state.document, search) === undefined,
  );
  const choose = (name: string | null): void => {
    const { document } = useStudio.getState();
    const diff =
      name === null ? uncategorised(document, annotationIds) : categorised(document, annotationIds, name);
    onDone();
    void commit(name === null ? 'Clear category' : `Set category ${name}`, diff);
  };
  return (
    <Command className={styles['picker']} label="Category">
      <Command.Input
        className={styles['input']}
        placeholder="Find or create a category"
        value={search}
        maxLength={longestName}
        onValueChange={setSearch}
        data-autofocus
      />
      <Command.List className={styles['list']}>
        {categories.map((category) => (
          <Command.Item
            key={category.id}
            className={styles['item']}
            value={category.id}
            keywords={[category.name]}
            onSelect={() => choose(category.name)}
          >
            <span className={styles['swatch']} style={colourStyle('--swatch', category.colour)} />
            <span className={styles['name']}>{category.name}</span>
            <span className={styles['count']}>{counts.get(category.id) ?? 0}</span>
          </Command.Item>
        ))}
        {isNew && (
          <Command.Item
            className={styles['item']}
            value={`create ${search}`}
            forceMount
            onSelect={() => choose(search.trim())}
          >
            <Plus size={14} aria-hidden />
            <span className={styles['name']}>Create “{search.trim()}”</span>
          </Command.Item>
        )}
        {search === '' && (
          <Command.Item className={styles['item']} value="no category" onSelect={() => choose(null)}>
            <CircleSlash size={14} aria-hidden />
            <span className={styles['name']}>No category</span>
          </Command.Item>
        )}
      </Command.List>
    </Command>
  );
}
