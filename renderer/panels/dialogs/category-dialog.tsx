import type { AnnotationId } from '../../../electron/common/document/records.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { counted } from '../../ui/format.ts';
import { CategoryPicker } from '../targets/category-picker.tsx';

/** The category picker for the keyboard: it opens wherever the focus is. */
export function CategoryDialog({ annotationIds }: { readonly annotationIds: readonly AnnotationId[] }) {
  return (
    <Dialog
      title={
        annotationIds.length === 1 ? 'Category' : `Category of ${counted(annotationIds.length, 'target')}`
      }
      width="narrow"
    >
      <CategoryPicker annotationIds={annotationIds} onDone={closeDialog} />
    </Dialog>
  );
}
