import type { AnnotationId } from '../../../electron/common/document/records.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { counted } from '../../ui/format.ts';
import { CategoryPicker } from '../targets/category-picker.tsx';
import { DrawnClassList } from '../targets/drawn-class-list.tsx';

/** The choice of a class for the keyboard: it opens wherever the focus is. Without targets it is about what is drawn next. */
export function CategoryDialog({ annotationIds }: { readonly annotationIds: readonly AnnotationId[] }) {
  return (
    <Dialog title={titleFor(annotationIds.length)} width="narrow">
      {annotationIds.length === 0 ? (
        <DrawnClassList onDone={closeDialog} />
      ) : (
        <CategoryPicker annotationIds={annotationIds} onDone={closeDialog} />
      )}
    </Dialog>
  );
}

function titleFor(targets: number): string {
  if (targets === 0) return 'Class of what is drawn next';
  return targets === 1 ? 'Class' : `Class of ${counted(targets, 'target')}`;
}
