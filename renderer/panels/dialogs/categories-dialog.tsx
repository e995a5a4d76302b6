import { Trash2 } from 'lucide-react';
import type { CategoryRecord } from '../../../electron/common/document/records.ts';
import {
  changedCategory,
  longestName,
  withoutCategory,
} from '../../../electron/common/document/categories.ts';
import { closeDialog, confirmed } from '../../store/dialogs.ts';
import { commit } from '../../store/edit.ts';
import { categoriesInOrder } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';
import { useCategoryCounts } from '../../store/use-category-counts.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ColourButton } from '../../ui/colour-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/field.tsx';
import { counted } from '../../ui/format.ts';
import styles from './categories-dialog.module.css';

/** The project's categories: names, colours, and how often each is used. */
export function CategoriesDialog() {
  const categories = useStudio((state) => categoriesInOrder(state.document.categories));
  const counts = useCategoryCounts();
  return (
    <Dialog
      title="Categories"
      description="Exports file every target under its category. Changes apply to the whole project and can be undone."
      width="wide"
      footer={
        <Button variant="primary" onClick={closeDialog}>
          Done
        </Button>
      }
    >
      {categories.length === 0 ? (
        <p className={styles['none']}>
          No categories yet. Select a target and press C, or use its Category button, to make the first one.
        </p>
      ) : (
        <div className={styles['list']}>
          <div className={styles['row']} aria-hidden>
            <span />
            <span className={styles['head']}>Name</span>
            <span className={styles['head']}>Belongs to</span>
            <span className={styles['count']}>Targets</span>
          </div>
          {categories.map((category) => (
            <CategoryRow key={category.id} category={category} count={counts.get(category.id) ?? 0} />
          ))}
        </div>
      )}
    </Dialog>
  );
}

function CategoryRow({ category, count }: { readonly category: CategoryRecord; readonly count: number }) {
  const change = (label: string, part: Parameters<typeof changedCategory>[2]): void => {
    void commit(label, changedCategory(useStudio.getState().document, category.id, part));
  };
  return (
    <div className={styles['row']} role="group" aria-label={category.name}>
      <ColourButton
        label={`Colour of ${category.name}`}
        colour={category.colour}
        onColour={(colour) => change('Change category colour', { colour })}
      />
      <TextInput
        key={`name ${category.name}`}
        aria-label="Name"
        defaultValue={category.name}
        maxLength={longestName}
        onBlur={(event) => {
          const name = event.target.value.trim();
          if (name === '') event.target.value = category.name;
          else if (name !== category.name) change('Rename category', { name });
        }}
      />
      <TextInput
        key={`group ${category.supercategory}`}
        aria-label="Belongs to"
        placeholder="None"
        defaultValue={category.supercategory}
        maxLength={longestName}
        onBlur={(event) => {
          const supercategory = event.target.value.trim();
          if (supercategory !== category.supercategory) change('Change category', { supercategory });
        }}
      />
      <span className={styles['count']}>{count}</span>
      <IconButton label={`Delete ${category.name}`} size="small" onClick={() => void remove(category, count)}>
        <Trash2 size={14} aria-hidden />
      </IconButton>
    </div>
  );
}

async function remove(category: CategoryRecord, count: number): Promise<void> {
  const isSure =
    count === 0 ||
    (await confirmed({
      title: `Delete the category ${category.name}?`,
      text: `${counted(count, 'target')} will have no category. Undo brings it back.`,
      confirm: 'Delete',
      danger: true,
    }));
  if (isSure) void commit('Delete category', withoutCategory(useStudio.getState().document, category.id));
}
