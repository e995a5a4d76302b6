import { useState } from 'react';
import { ArrowDown, ArrowUp, SlidersHorizontal, Trash2 } from 'lucide-react';
import {
  changedCategory,
  longestName,
  withoutCategory,
} from '../../../electron/common/document/categories.ts';
import {
  mergedCategories,
  renamedCategory,
  reorderedCategory,
} from '../../../electron/common/document/label-set.ts';
import type { CategoryRecord } from '../../../electron/common/document/records.ts';
import { categoriesInOrder } from '../../../electron/common/document/views.ts';
import { confirmed } from '../../store/dialogs.ts';
import { commit } from '../../store/edit.ts';
import { useStudio } from '../../store/studio.ts';
import { IconButton } from '../../ui/button.tsx';
import { ColourButton } from '../../ui/colour-button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { counted, formatCount } from '../../ui/format.ts';
import { leaveOnEnter } from '../../ui/leave-on-enter.ts';
import { ClassAttributes } from './class-attributes.tsx';
import styles from './classes-dialog.module.css';

/** One class: what it is called and looks like, its place in the order, and what may be said of each of its targets. */
export function ClassRow({ category, count }: { readonly category: CategoryRecord; readonly count: number }) {
  const [isOpen, setIsOpen] = useState(false);
  const place = useStudio((state) => categoriesInOrder(state.document.categories).indexOf(category));
  const last = useStudio((state) => state.document.categories.size - 1);
  const change = (label: string, part: Parameters<typeof changedCategory>[2]): void => {
    void commit(label, changedCategory(useStudio.getState().document, category.id, part));
  };
  const move = (to: number): void => {
    void commit('Move class', reorderedCategory(useStudio.getState().document, category.id, to));
  };
  return (
    <div className={styles['class']} role="group" aria-label={category.name}>
      <div className={styles['row']}>
        <span className={styles['place']}>{place < 9 ? place + 1 : ''}</span>
        <ColourButton
          label={`Colour of ${category.name}`}
          colour={category.colour}
          onColour={(colour) => change('Change class colour', { colour })}
        />
        <NameField category={category} />
        <TextInput
          key={`group ${category.supercategory}`}
          aria-label="Belongs to"
          placeholder="None"
          defaultValue={category.supercategory}
          maxLength={longestName}
          onKeyDown={leaveOnEnter}
          onBlur={(event) => {
            const supercategory = event.target.value.trim();
            if (supercategory !== category.supercategory) change('Change class', { supercategory });
          }}
        />
        <span className={styles['count']}>{formatCount(count)}</span>
        <span className={styles['tools']}>
          <IconButton
            label={`Attributes of ${category.name}`}
            size="small"
            isPressed={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            <SlidersHorizontal size={14} aria-hidden />
          </IconButton>
          <IconButton
            label={`Move ${category.name} up`}
            size="small"
            disabled={place === 0}
            onClick={() => move(place - 1)}
          >
            <ArrowUp size={14} aria-hidden />
          </IconButton>
          <IconButton
            label={`Move ${category.name} down`}
            size="small"
            disabled={place === last}
            onClick={() => move(place + 1)}
          >
            <ArrowDown size={14} aria-hidden />
          </IconButton>
          <IconButton
            label={`Delete ${category.name}`}
            size="small"
            onClick={() => void remove(category, count)}
          >
            <Trash2 size={14} aria-hidden />
          </IconButton>
        </span>
      </div>
      {isOpen && <ClassAttributes category={category} />}
    </div>
  );
}

/** Enter and leaving the field keep the name, Escape does not; a name that another class has is offered as a merge. */
function NameField({ category }: { readonly category: CategoryRecord }) {
  return (
    <TextInput
      key={`name ${category.name}`}
      aria-label="Name"
      defaultValue={category.name}
      maxLength={longestName}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && event.currentTarget.value !== category.name) {
          event.stopPropagation();
          event.currentTarget.value = category.name;
        }
        leaveOnEnter(event);
      }}
      onBlur={(event) => {
        const field = event.target;
        void rename(category, field.value).then((isRenamed) => {
          if (!isRenamed) field.value = category.name;
        });
      }}
    />
  );
}

/** @returns false where the old name stays */
async function rename(category: CategoryRecord, typed: string): Promise<boolean> {
  const { document } = useStudio.getState();
  const renaming = renamedCategory(document, category.id, typed);
  if (renaming.kind === 'unchanged') return false;
  if (renaming.kind === 'renamed') {
    void commit(`Rename class ${category.name}`, renaming.diff);
    return true;
  }
  const { by } = renaming;
  const isAgreed = await confirmed({
    title: `There is a class ${by.name} already`,
    text: `Merge ${category.name} into it? All its targets will be ${by.name}. Undo takes them apart again.`,
    confirm: 'Merge',
    danger: false,
  });
  if (!isAgreed) return false;
  void commit(`Merge into ${by.name}`, mergedCategories(document, by.id, [category.id]));
  return true;
}

async function remove(category: CategoryRecord, count: number): Promise<void> {
  const isSure =
    count === 0 ||
    (await confirmed({
      title: `Delete the class ${category.name}?`,
      text: `${counted(count, 'target')} will have no class. Undo brings it back.`,
      confirm: 'Delete',
      danger: true,
    }));
  if (isSure) void commit('Delete class', withoutCategory(useStudio.getState().document, category.id));
}
