import type { AnnotationId, CategoryId } from '../../../electron/common/document/records.ts';
import { useStudio } from '../../store/studio.ts';
import { PopoverButton } from '../../ui/popover-button.tsx';
import { colourStyle } from '../../ui/colour-style.ts';
import { CategoryPicker } from './category-picker.tsx';
import styles from './category-picker.module.css';

/** Shows the class and opens the picker beside it. */
export function CategoryButton({
  annotationIds,
  categoryId,
}: {
  readonly annotationIds: readonly AnnotationId[];
  readonly categoryId: CategoryId | null;
}) {
  const category = useStudio((state) =>
    categoryId === null ? undefined : state.document.categories.get(categoryId),
  );
  return (
    <PopoverButton
      label={`Class: ${category?.name ?? 'none'}`}
      className={styles['button'] ?? ''}
      shown={
        <>
          {category !== undefined && (
            <span className={styles['swatch']} style={colourStyle('--swatch', category.colour)} />
          )}
          <span className={styles['name']}>{category?.name ?? 'None'}</span>
        </>
      }
      title="Choose a class"
      popoverClassName={styles['popover'] ?? ''}
    >
      {(close) => <CategoryPicker annotationIds={annotationIds} onDone={close} />}
    </PopoverButton>
  );
}
