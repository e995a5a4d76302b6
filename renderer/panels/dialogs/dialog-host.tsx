import { assertNever } from '../../../electron/common/errors.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { MuseDialog } from '../../muse/muse-dialog.tsx';
import { useStudio } from '../../store/studio.ts';
import { DialogClosing } from '../../ui/dialog.tsx';
import { AboutDialog } from './about-dialog.tsx';
import { AskManyDialog } from './ask-many-dialog.tsx';
import { BrowseDialog } from './browse-dialog.tsx';
import { ClassesDialog } from './classes-dialog.tsx';
import { CategoryDialog } from './category-dialog.tsx';
import { CommandPalette } from './command-palette.tsx';
import { CommentsDialog } from './comments-dialog.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { GalleryDialog } from '../images/gallery-dialog.tsx';
import { GoToImageDialog } from '../images/go-to-image-dialog.tsx';
import { GpuDialog } from './gpu-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { JobsDialog } from './jobs-dialog.tsx';
import { ModelsDialog } from './models-dialog.tsx';
import { NewProjectDialog, RenameProjectDialog } from './project-dialogs.tsx';
import { RelinkDialog } from './relink-dialog.tsx';
import { SegmenterDialog } from './segmenter-dialog.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';

/** The open dialog, and over it the question that must be answered first. */
export function DialogHost() {
  return (
    <DialogClosing value={closeDialog}>
      <OpenDialog />
      <OpenQuestion />
    </DialogClosing>
  );
}

function OpenDialog() {
  const dialog = useStudio((state) => state.dialog);
  if (dialog === null) return null;
  switch (dialog.kind) {
    case 'palette':
      return <CommandPalette />;
    case 'shortcuts':
      return <ShortcutsDialog />;
    case 'settings':
      return <SettingsDialog />;
    case 'models':
      return <ModelsDialog />;
    case 'gpu':
      return <GpuDialog />;
    case 'segmenter':
      return <SegmenterDialog />;
    case 'about':
      return <AboutDialog />;
    case 'gallery':
      return <GalleryDialog />;
    case 'comments':
      return <CommentsDialog place={dialog.place} />;
    case 'go-to-image':
      return <GoToImageDialog />;
    case 'jobs':
      return <JobsDialog />;
    case 'ask-many':
      return <AskManyDialog chosen={dialog.imageIds} />;
    case 'muse':
      return <MuseDialog initial={dialog.page} />;
    case 'categories':
      return <ClassesDialog />;
    case 'export':
      return <ExportDialog />;
    case 'import':
      return <ImportDialog {...(dialog.file === undefined ? {} : { dropped: dialog.file })} />;
    case 'new-project':
      return <NewProjectDialog />;
    case 'rename-project':
      return <RenameProjectDialog />;
    case 'relink':
      return <RelinkDialog imageId={dialog.imageId} />;
    case 'category':
      return <CategoryDialog annotationIds={dialog.annotationIds} />;
    default:
      return assertNever(dialog);
  }
}

function OpenQuestion() {
  const question = useStudio((state) => state.question);
  if (question === null) return null;
  return question.kind === 'browse' ? (
    <BrowseDialog request={question.request} />
  ) : (
    <ConfirmDialog confirmation={question.confirmation} />
  );
}
