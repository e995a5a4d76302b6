import { AppError } from '../../../electron/common/errors.ts';
import { useState } from 'react';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ImageId } from '../../../electron/common/document/records.ts';
import type { FormatInfo } from '../../../electron/common/contract.ts';
import { extensionOf } from '../../../electron/common/format-option.ts';
import { folderOfMany } from '../../../electron/common/folder-of-many.ts';
import { isDesktop } from '../../store/door.ts';
import { pickDestination, pickPath } from '../../store/files.ts';
import { closeDialog, confirmed } from '../../store/dialogs.ts';
import { asFileName } from '../../store/file-name.ts';
import { type ExportReport, download, exportProject } from '../../store/formats.ts';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { baseName, counted } from '../../ui/format.ts';
import styles from './dialogs.module.css';
import {
  type ExportChoice,
  ExportForm,
  hasOnlyValues,
  initialChoice,
  isSeveralFiles,
  unansweredTargets,
  useImagesMeant,
  writtenOptions,
} from './export-form.tsx';
import { JobProgressView } from './job-progress.tsx';
import { Losses } from './losses.tsx';
import { useFormats } from './use-formats.ts';
import { type JobWatch, useJob } from './use-job.ts';

/** Choose what, how and where; watch it; read what could not be carried. */
export function ExportDialog() {
  const formats = useFormats()?.filter((format) => format.canExport) ?? [];
  const [chosen, setChosen] = useState<ExportChoice | null>(null);
  const job = useJob<ExportReport>();
  const choice = chosen ?? initialChoice(formats);
  const format = formats.find(({ id }) => id === choice?.format);
  const isRunning = job.view.state === 'running';
  const document = useStudio((state) => state.document);
  const imageIds = useImagesMeant(choice?.scope);
  const unanswered =
    choice === null || format === undefined ? 0 : unansweredTargets(document, { format, choice, imageIds });
  if (job.view.state === 'done') return <ExportReportDialog report={job.view.result} onAgain={job.reset} />;
  return (
    <Dialog
      title="Export"
      width="wide"
      footer={
        isRunning ? (
          <Button onClick={job.cancel}>Cancel export</Button>
        ) : (
          <>
            {unanswered > 0 && (
              <span className={styles['muted']}>Say what becomes of targets without a class.</span>
            )}
            <Button onClick={closeDialog}>Close</Button>
            <Button
              variant="primary"
              disabled={
                choice === null || format === undefined || unanswered > 0 || !hasOnlyValues(format, choice)
              }
              onClick={() => {
                if (choice !== null && format !== undefined)
                  job.start((watch) => runExport(format, { choice, imageIds }, watch));
              }}
            >
              {isDesktop() ? 'Export…' : (choice?.folder ?? null) === null ? 'Download' : 'Export'}
            </Button>
          </>
        )
      }
    >
      {job.view.state === 'running' && <JobProgressView title="Exporting" progress={job.view.progress} />}
      {!isRunning && choice !== null && <ExportForm formats={formats} choice={choice} onChoice={setChosen} />}
      {job.view.state === 'failed' && (
        <p className={styles['problem']} role="alert">
          {job.view.message}
        </p>
      )}
    </Dialog>
  );
}

async function runExport(
  format: FormatInfo,
  { choice, imageIds }: { readonly choice: ExportChoice; readonly imageIds: readonly ImageId[] | null },
  watch: JobWatch,
): Promise<ExportReport | null> {
  const { document } = useStudio.getState();
  const path = await destination(document.project?.name ?? 'export', format, choice);
  if (path === 'given-up') return null;
  const ids = imageIds === null ? null : [...imageIds];
  const request = { format: format.id, imageIds: ids, options: writtenOptions(format, choice), path };
  const report = await exportProject(request, watch).catch(async (thrown: unknown) => {
    if (!(await mayReplace(thrown))) throw thrown;
    return exportProject({ ...request, replace: true }, watch);
  });
  if (report !== null && report.download !== null)
    download(report.download, baseName(report.files[0] ?? format.id));
  return report;
}

/** Whether the export failed only because somebody else's file lies there, and the person lets it go. */
async function mayReplace(thrown: unknown): Promise<boolean> {
  if (!(thrown instanceof AppError) || thrown.code !== 'file-exists') return false;
  return confirmed({
    title: 'Replace what is there?',
    text: thrown.message,
    confirm: 'Replace',
    danger: true,
  });
}

/** Where to write: a path, null for a download, or 'given-up' when the person closed the dialog. */
async function destination(
  project: string,
  format: FormatInfo,
  choice: ExportChoice,
): Promise<string | null> {
  const isFolder = isSeveralFiles(format, choice) && !choice.isPacked;
  const extension = isFolder ? null : extensionOf(format, choice.options);
  const name = suggestedName(project, { id: format.id, extension });
  if (!isDesktop()) return choice.folder === null ? null : inFolder(choice.folder, name);
  if (isFolder) {
    const folder = await pickPath({ title: 'Export into the folder', want: 'folder' });
    return folder === null ? 'given-up' : inFolder(folder, name);
  }
  return (await pickDestination({ title: 'Export', suggestedName: name, extension })) ?? 'given-up';
}

function inFolder(folder: string, name: string): string {
  return `${folder.replace(/[\\/]$/u, '')}/${name}`;
}

/** The project's name as a file name: without what file systems refuse. */
export function suggestedName(project: string, format: Pick<FormatInfo, 'id' | 'extension'>): string {
  const base = `${asFileName(project)}-${format.id}`;
  return format.extension === null ? base : `${base}.${format.extension}`;
}

function ExportReportDialog({
  report,
  onAgain,
}: {
  readonly report: ExportReport;
  readonly onAgain: () => void;
}) {
  const Icon = report.verified ? CircleCheck : TriangleAlert;
  const folder = folderOfMany(report.files);
  return (
    <Dialog
      title="Export finished"
      footer={
        <>
          <Button onClick={onAgain}>Export again</Button>
          <Button variant="primary" onClick={closeDialog}>
            Done
          </Button>
        </>
      }
    >
      <div className={styles['report']} role="status">
        <p className={classNames(styles['outcome'], report.verified ? styles['good'] : styles['warn'])}>
          <Icon size={16} aria-hidden />
          {report.verified
            ? 'Written, read again and found complete'
            : 'Written, but reading it again did not find everything'}
        </p>
        <p>
          {counted(report.annotations, 'target')} on {counted(report.images, 'image')} in{' '}
          {counted(report.categories, 'category', 'categories')}
        </p>
        <ul className={styles['files']}>
          {folder === null ? (
            report.files.map((file) => <li key={file}>{report.download === null ? file : baseName(file)}</li>)
          ) : (
            <li>
              {folder}: {counted(report.files.length, 'file')}
            </li>
          )}
        </ul>
        <Losses losses={report.losses} title="What this format could not carry" />
      </div>
    </Dialog>
  );
}
