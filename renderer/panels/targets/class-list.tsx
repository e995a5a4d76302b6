import { useState } from 'react';
import { Command } from 'cmdk';
import { CircleSlash, Plus } from 'lucide-react';
import { categoryNamed, longestName } from '../../../electron/common/document/categories.ts';
import { matchingCategories } from '../../../electron/common/document/label-set.ts';
import type { CategoryId, CategoryRecord } from '../../../electron/common/document/records.ts';
import { categoriesInOrder } from '../../../electron/common/document/views.ts';
import { openDialog } from '../../store/dialogs.ts';
import { useStudio } from '../../store/studio.ts';
import { useCategoryCounts } from '../../store/use-category-counts.ts';
import { colourStyle } from '../../ui/colour-style.ts';
import { formatCount } from '../../ui/format.ts';
import { KeyCaps } from '../../ui/key-caps.tsx';
import styles from './class-list.module.css';

/** Keys 1 to 9 choose the first classes of the label set. */
const keyedClasses = 9;
/** A label set may have thousands; a list that long is searched, not read. */
const listedClasses = 100;

/** The label set to choose from: by a part of the name, with the number keys beside it; a name that is new can be made. */
export function ClassList({
  now,
  nowWords,
  onChoose,
  onMake,
  onDone,
}: {
  readonly now: CategoryId | null;
  /** What is said beside the one that is chosen now. */
  readonly nowWords: string;
  readonly onChoose: (category: CategoryRecord | null) => void;
  readonly onMake: (name: string) => void;
  /** Before anything else happens: takes the list away. */
  readonly onDone: () => void;
}) {
  const [search, setSearch] = useState('');
  const categories = useStudio((state) => state.document.categories);
  const counts = useCategoryCounts();
  const found = matchingCategories({ categories }, search);
  const typed = search.trim();
  const isNew = typed !== '' && categoryNamed({ categories }, typed) === undefined;
  const keyed = categoriesInOrder(categories).slice(0, keyedClasses);
  const then = (act: () => void) => (): void => {
    onDone();
    act();
  };
  return (
    <Command className={styles['list']} label="Class" shouldFilter={false}>
      <Command.Input
        className={styles['input']}
        placeholder="Find a class, or type a new one"
        value={search}
        maxLength={longestName}
        onValueChange={setSearch}
        data-autofocus
      />
      <Command.List className={styles['items']}>
        {found.slice(0, listedClasses).map((category) => (
          <Command.Item
            key={category.id}
            className={styles['item']}
            value={category.id}
            onSelect={then(() => onChoose(category))}
          >
            <span className={styles['swatch']} style={colourStyle('--swatch', category.colour)} />
            <span className={styles['name']} title={category.name}>
              {category.name}
            </span>
            {category.id === now && <span className={styles['aside']}>{nowWords}</span>}
            <span className={styles['aside']}>{formatCount(counts.get(category.id) ?? 0)}</span>
            {keyed.includes(category) && <KeyCaps combination={`${keyed.indexOf(category) + 1}`} />}
          </Command.Item>
        ))}
        {found.length > listedClasses && (
          <p className={styles['more']}>
            {formatCount(found.length - listedClasses)} more: type a part of the name.
          </p>
        )}
        {found.length === 0 && !isNew && (
          <p className={styles['more']}>The project has no classes yet: type the name of one.</p>
        )}
        {isNew && (
          <Command.Item
            className={styles['item']}
            value={`make ${typed}`}
            onSelect={then(() => onMake(typed))}
          >
            <Plus size={14} aria-hidden />
            <span className={styles['name']}>Create “{typed}”</span>
          </Command.Item>
        )}
        {typed === '' && (
          <Command.Item className={styles['item']} value="none" onSelect={then(() => onChoose(null))}>
            <CircleSlash size={14} aria-hidden />
            <span className={styles['name']}>No class</span>
          </Command.Item>
        )}
        <Command.Item
          className={styles['item']}
          value="edit"
          onSelect={then(() => openDialog({ kind: 'categories' }))}
        >
          <span className={styles['name']}>Edit the classes…</span>
        </Command.Item>
      </Command.List>
    </Command>
  );
}
