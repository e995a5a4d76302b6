import { Fragment } from 'react';
import { categoriesInOrder } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';
import { Select } from '../../ui/field.tsx';
import styles from './dialogs.module.css';

const leftOut = '\u0000left-out';

/** What each category of a file is called in this project: the same, another one, or left out. */
export function CategoryMapping({
  categories,
  map,
  onMap,
}: {
  readonly categories: readonly string[];
  readonly map: Readonly<Record<string, string | null>>;
  readonly onMap: (map: Readonly<Record<string, string | null>>) => void;
}) {
  const known = useStudio((state) => categoriesInOrder(state.document.categories));
  return (
    <section className={styles['section']} aria-label="Categories">
      <h3 className={styles['sectionTitle']}>Categories</h3>
      <div className={styles['map']}>
        <span className={styles['mapHead']}>In the file</span>
        <span className={styles['mapHead']}>In this project</span>
        {categories.map((name) => (
          <Fragment key={name}>
            <span title={name}>{name}</span>
            <Select
              aria-label={`Category for ${name}`}
              options={optionsFor(name, known)}
              value={map[name] ?? leftOut}
              onValue={(value) => onMap({ ...map, [name]: value === leftOut ? null : value })}
            />
          </Fragment>
        ))}
      </div>
    </section>
  );
}

function optionsFor(name: string, known: readonly { readonly name: string }[]) {
  const isKnown = known.some((category) => category.name === name);
  return [
    ...(isKnown ? [] : [{ value: name, label: `New: ${name}` }]),
    ...known.map((category) => ({ value: category.name, label: category.name })),
    { value: leftOut, label: 'Leave out' },
  ];
}
