import { type FormEvent, useState } from 'react';
import { FileDown, FileUp, Plus } from 'lucide-react';
import { categoryNamed, longestName } from '../../../electron/common/document/categories.ts';
import {
  duplicateCategories,
  matchingCategories,
  mergedCategories,
  withLabels,
} from '../../../electron/common/document/label-set.ts';
import type { CategoryRecord } from '../../../electron/common/document/records.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { commit } from '../../store/edit.ts';
import { importLabelFile, saveLabelFile } from '../../store/label-file.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { useCategoryCounts } from '../../store/use-category-counts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/field.tsx';
import { formatCount } from '../../ui/format.ts';
import { ClassRow } from './class-row.tsx';
import styles from './classes-dialog.module.css';

/** A label set may have thousands; a list that long is searched, not read. */
const listedClasses = 200;

/** The project's label set: names, colours, order, groups, attributes, and how often each class is used. */
export function ClassesDialog() {
  const [typed, setTyped] = useState('');
  const categories = useStudio((state) => state.document.categories);
  const counts = useCategoryCounts();
  const found = matchingCategories({ categories }, typed);
  return (
    <Dialog
      title="Classes"
      description="The label set of the project, in the order of the number keys. Every change can be undone."
      width="wide"
      footer={
        <>
          <Button onClick={() => reporting('The label set was not read', () => importLabelFile())}>
            <FileDown size={14} aria-hidden />
            Import a label set…
          </Button>
          <Button disabled={categories.size === 0} onClick={saveLabelFile}>
            <FileUp size={14} aria-hidden />
            Save as a file
          </Button>
          <span className={styles['grow']} />
          <Button variant="primary" onClick={closeDialog}>
            Done
          </Button>
        </>
      }
    >
      <Finder typed={typed} onTyped={setTyped} />
      <Duplicates />
      {categories.size === 0 ? (
        <p className={styles['none']}>
          No classes yet. Type a name above, or import a label set: a text file with a name a line, COCO, LVIS
          or YOLO’s data.yaml.
        </p>
      ) : (
        <div className={styles['list']}>
          <div className={styles['row']} aria-hidden>
            <span />
            <span />
            <span className={styles['head']}>Name</span>
            <span className={styles['head']}>Belongs to</span>
            <span className={styles['count']}>Targets</span>
            <span />
          </div>
          {found.slice(0, listedClasses).map((category) => (
            <ClassRow key={category.id} category={category} count={counts.get(category.id) ?? 0} />
          ))}
          {found.length > listedClasses && (
            <p className={styles['more']}>
              {formatCount(found.length - listedClasses)} more: type a part of the name.
            </p>
          )}
          {found.length === 0 && <p className={styles['none']}>No class is called that.</p>}
        </div>
      )}
    </Dialog>
  );
}

/** Finds a class, or makes the one that is not there yet. */
function Finder({ typed, onTyped }: { readonly typed: string; readonly onTyped: (typed: string) => void }) {
  const isNew = useStudio(
    ({ document }) => typed.trim() !== '' && categoryNamed(document, typed) === undefined,
  );
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (!isNew) return;
    void commit(`Add class ${typed.trim()}`, withLabels(useStudio.getState().document, [{ name: typed }]));
    onTyped('');
  };
  return (
    <form className={styles['finder']} onSubmit={add}>
      <TextInput
        data-autofocus
        aria-label="Find or add a class"
        placeholder="Find a class, or type a new one"
        maxLength={longestName}
        value={typed}
        onChange={(event) => onTyped(event.target.value)}
      />
      <Button type="submit" disabled={!isNew}>
        <Plus size={14} aria-hidden />
        Add class
      </Button>
    </form>
  );
}

/** Names that a person reads as one ("Cup", "cup "), as files bring them. */
function Duplicates() {
  const categories = useStudio((state) => state.document.categories);
  const [first, ...more] = duplicateCategories({ categories });
  if (first === undefined) return null;
  const [kept, ...others] = first;
  if (kept === undefined) return null;
  return (
    <div className={styles['duplicates']} role="status">
      <span className={styles['grow']}>
        {first.map(({ name }) => `“${name}”`).join(' and ')} are one name.
        {more.length > 0 && ` ${formatCount(more.length)} more such.`}
      </span>
      <Button size="small" onClick={() => mergeInto(kept, others)}>
        Merge into “{kept.name}”
      </Button>
    </div>
  );
}

function mergeInto(kept: CategoryRecord, others: readonly CategoryRecord[]): void {
  const diff = mergedCategories(
    useStudio.getState().document,
    kept.id,
    others.map(({ id }) => id),
  );
  void commit(`Merge into ${kept.name}`, diff);
}
