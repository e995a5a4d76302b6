import { useState } from 'react';
import { CircleSlash } from 'lucide-react';
import { Command } from 'cmdk';
import type { CategoryRecord } from '../../../electron/common/document/records.ts';
import { categoriesInOrder } from '../../../electron/common/document/views.ts';
import { openDialog } from '../../store/dialogs.ts';
import { activeCategory, chooseCategory, setActiveCategory } from '../../store/label-set.ts';
import { useCanvas } from '../../store/canvas-session.ts';
import { makesNewTargets } from '../../tools/makes-targets.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { PopoverButton } from '../../ui/popover-button.tsx';
import { colourStyle } from '../../ui/colour-style.ts';
import { KeyCaps } from '../../ui/key-caps.tsx';
import styles from './class-choice.module.css';

/** Keys 1 to 9 choose the first classes of the label set. */
const keyedClasses = 9;

/** The class of what is drawn next, and the way to another: by its number, or by typing a part of its name. */
export function ClassChoice() {
  const active = useStudio(activeCategory);
  return (
    <PopoverButton
      label={`Class of what is drawn next: ${active?.name ?? 'none'}`}
      shown={
        <>
          {active === null ? (
            <CircleSlash size={13} aria-hidden />
          ) : (
            <span className={styles['swatch']} style={colourStyle('--swatch', active.colour)} />
          )}
          <span className={styles['name']}>{active?.name ?? 'No class'}</span>
        </>
      }
      title="Choose the class to draw"
      popoverClassName={styles['popover'] ?? ''}
    >
      {(close) => <ClassList active={active} onDone={close} />}
    </PopoverButton>
  );
}

function ClassList({
  active,
  onDone,
}: {
  readonly active: CategoryRecord | null;
  readonly onDone: () => void;
}) {
  const [search, setSearch] = useState('');
  const categories = useStudio((state) => categoriesInOrder(state.document.categories));
  const wanted = search.trim().toLocaleLowerCase();
  const found = categories.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  const choose = (category: CategoryRecord | null): void => {
    onDone();
    if (category === null) setActiveCategory(null);
    else
      reporting('The class was not set', () =>
        chooseCategory(category, makesNewTargets(useStudio.getState().view.tool, useCanvas.getState())),
      );
  };
  return (
    <Command className={styles['list']} label="Class" shouldFilter={false}>
      <Command.Input
        className={styles['input']}
        placeholder="Find a class"
        value={search}
        onValueChange={setSearch}
      />
      <Command.List className={styles['items']}>
        {found.slice(0, listedClasses).map((category) => (
          <Command.Item
            key={category.id}
            className={styles['item']}
            value={category.id}
            onSelect={() => choose(category)}
          >
            <span className={styles['swatch']} style={colourStyle('--swatch', category.colour)} />
            <span className={styles['name']}>{category.name}</span>
            {category === active && <span className={styles['now']}>drawn next</span>}
            {categories.indexOf(category) < keyedClasses && (
              <KeyCaps combination={`${categories.indexOf(category) + 1}`} />
            )}
          </Command.Item>
        ))}
        {found.length > listedClasses && (
          <p className={styles['more']}>{found.length - listedClasses} more: type a part of the name.</p>
        )}
        {found.length === 0 && (
          <p className={styles['more']}>
            {categories.length === 0 ? 'The project has no classes yet.' : 'No class is called that.'}
          </p>
        )}
        <Command.Item className={styles['item']} value="none" onSelect={() => choose(null)}>
          <CircleSlash size={13} aria-hidden />
          <span className={styles['name']}>No class</span>
        </Command.Item>
        <Command.Item
          className={styles['item']}
          value="edit"
          onSelect={() => {
            onDone();
            openDialog({ kind: 'categories' });
          }}
        >
          <span className={styles['name']}>Edit the classes…</span>
        </Command.Item>
      </Command.List>
    </Command>
  );
}

/** A label set may have thousands; a list that long is searched, not read. */
const listedClasses = 100;
