import { useRef } from 'react';
import type { AnnotationRecord } from '../../../electron/common/document/records.ts';
import { commit } from '../../store/edit.ts';
import { useStudio } from '../../store/studio.ts';
import { changedTargets } from '../../../electron/common/document/target-edits.ts';
import { TextInput } from '../../ui/field.tsx';
import styles from './target-row.module.css';

/** Renames in place: Enter or leaving the field keeps the name, Escape does not. */
export function RenameField({
  annotation,
  onDone,
}: {
  readonly annotation: AnnotationRecord;
  readonly onDone: () => void;
}) {
  const isOver = useRef(false);
  const finish = (name: string | null): void => {
    if (isOver.current) return;
    isOver.current = true;
    const wanted = name?.trim() ?? '';
    if (wanted !== '' && wanted !== annotation.name) {
      const { document } = useStudio.getState();
      void commit(
        'Rename target',
        changedTargets(document, [annotation.id], () => ({ name: wanted })),
      );
    }
    onDone();
  };
  return (
    <TextInput
      className={styles['rename'] ?? ''}
      aria-label="Name of the target"
      defaultValue={annotation.name}
      maxLength={4096}
      ref={(field) => {
        // Focus once, when the field appears.
        if (field !== null && document.activeElement !== field && !isOver.current) {
          field.focus();
          field.select();
        }
      }}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        // The keys go on with the list: the field is gone when it has been left.
        const list = event.currentTarget.closest<HTMLElement>('[role=grid]');
        finish(event.key === 'Enter' ? event.currentTarget.value : null);
        list?.focus();
      }}
    />
  );
}
