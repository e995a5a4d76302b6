import { assertNever } from '../../../electron/common/errors.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { useStudio } from '../../store/studio.ts';
import { DialogClosing } from '../../ui/dialog.tsx';
import { BrowseDialog } from './browse-dialog.tsx';
import { CategoryDialog } from './category-dialog.tsx';
import { CommandPalette } from './command-palette.tsx';
import { CommentsDialog } from './comments-dialog.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { later } from './later.tsx';
import { GalleryDialog } from '../images/gallery-dialog.tsx';
import { GoToImageDialog } from '../images/go-to-image-dialog.tsx';
import { NewProjectDialog, RenameProjectDialog } from './project-dialogs.tsx';

// What nobody needs within the first second comes in files of its own, fetched when the page has nothing else to do (later.tsx).
const AboutDialog = later(async () => (await import('./about-dialog.tsx')).AboutDialog);
const AskManyDialog = later(async () => (await import('./ask-many-dialog.tsx')).AskManyDialog);
const ClassesDialog = later(async () => (await import('./classes-dialog.tsx')).ClassesDialog);
const ExportDialog = later(async () => (await import('./export-dialog.tsx')).ExportDialog);
const GpuDialog = later(async () => (await import('./gpu-dialog.tsx')).GpuDialog);
const ImportDialog = later(async () => (await import('./import-dialog.tsx')).ImportDialog);
const JobsDialog = later(async () => (await import('./jobs-dialog.tsx')).JobsDialog);
const ModelsDialog = later(async () => (await import('./models-dialog.tsx')).ModelsDialog);
const MuseDialog = later(async () => (await import('../../muse/muse-dialog.tsx')).MuseDialog);
const RelinkDialog = later(async () => (await import('./relink-dialog.tsx')).RelinkDialog);
const SegmenterDialog = later(async () => (await import('./segmenter-dialog.tsx')).SegmenterDialog);
const SettingsDialog = later(async () => (await import('./settings-dialog.tsx')).SettingsDialog);
const ShortcutsDialog = later(async () => (await import('./shortcuts-dialog.tsx')).ShortcutsDialog);

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
