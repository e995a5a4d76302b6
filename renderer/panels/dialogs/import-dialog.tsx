import { useEffect, useState } from 'react';
import { CircleCheck } from 'lucide-react';
import { toWireError } from '../../../electron/common/errors.ts';
import { isDesktop, pathOfFile } from '../../store/door.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { pickPath, pickUploads } from '../../store/files.ts';
import {
  type ImportFileSource,
  type ImportReport,
  type Inspection,
  importAnnotations,
  inspectFile,
} from '../../store/formats.ts';
import { reporting } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Checkbox, Field, Select, TextInput, WithButton } from '../../ui/field.tsx';
import { baseName, counted, formatCount } from '../../ui/format.ts';
import { CategoryMapping } from './category-mapping.tsx';
import styles from './dialogs.module.css';
import { JobProgressView } from './job-progress.tsx';
import { Losses } from './losses.tsx';
import { useFormats } from './use-formats.ts';
import { useJob } from './use-job.ts';

type CategoryMap = Readonly<Record<string, string | null>>;

interface ChosenFile {
  readonly source: ImportFileSource;
  readonly inspection: Inspection;
}

/** Choose a file, see what is in it, say what its categories mean here, read the report. */
export function ImportDialog({ dropped }: { readonly dropped?: File }) {
  const formats = useFormats()?.filter((format) => format.canImport) ?? [];
  const [formatId, setFormatId] = useState<string | null>(null);
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [images, setImages] = useState<string | null>(null);
  const [takesPictures, setTakesPictures] = useState(true);
  const [categoryMap, setCategoryMap] = useState<CategoryMap>({});
  const [options, setOptions] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const job = useJob<ImportReport>();
  const chosen = formats.find(({ id }) => id === formatId) ?? null;
  const format = chosen ?? formats.find(({ id }) => id === file?.inspection.format) ?? null;
  const offered = format?.importOptions ?? [];
  const ownPictures = file?.inspection.ownPictures ?? 0;
  const bringsImages = images !== null || (takesPictures && ownPictures > 0);
  const endings = chosen?.endings ?? [...new Set(formats.flatMap((each) => each.endings))];

  const choose = (picked: Promise<ImportFileSource | null>): void => {
    setProblem(null);
    picked
      .then(async (source) => {
        if (source === null) return;
        const inspection = await inspectFile(formatId, source);
        setFile({ source, inspection });
        setCategoryMap(Object.fromEntries(inspection.categories.map((name) => [name, name])));
      })
      .catch((thrown: unknown) => {
        setFile(null);
        setProblem(toWireError(thrown).message);
      });
  };

  const isReady = formats.length > 0;
  useEffect(() => {
    if (isReady && dropped !== undefined) choose(sourceOf(dropped));
    // Once, when the formats are known: what is chosen later is the person's.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isReady, dropped]);

  if (job.view.state === 'done') return <ImportReportDialog report={job.view.result} />;
  return (
    <Dialog
      title="Import annotations"
      description="Adds the masks of a file to the images it names. Undo takes an import back."
      footer={
        job.view.state === 'running' ? (
          <Button onClick={job.cancel}>Cancel import</Button>
        ) : (
          <>
            <Button onClick={closeDialog}>Close</Button>
            <Button
              variant="primary"
              disabled={file === null || (!bringsImages && file.inspection.matchedImages === 0)}
              onClick={() => {
                if (file === null) return;
                const { source, inspection } = file;
                job.start((watch) =>
                  importAnnotations(
                    {
                      ...{ format: inspection.format, source, categoryMap, images },
                      ownPictures: takesPictures,
                      options: Object.fromEntries(
                        offered.map(({ name, initial }) => [name, options[name] ?? initial]),
                      ),
                    },
                    watch,
                  ),
                );
              }}
            >
              Import
            </Button>
          </>
        )
      }
    >
      {job.view.state === 'running' ? (
        <JobProgressView title="Importing" progress={job.view.progress} />
      ) : (
        <>
          <Field label="Format" hint={format?.description}>
            {(ids) => (
              <Select
                {...ids}
                options={[
                  {
                    value: '',
                    label:
                      chosen === null && format !== null
                        ? `Found: ${format.label}`
                        : 'Found out from the file',
                  },
                  ...formats.map(({ id, label }) => ({ value: id, label })),
                ]}
                value={formatId ?? ''}
                onValue={(id) => {
                  setFormatId(id === '' ? null : id);
                  setFile(null);
                  setOptions({});
                }}
              />
            )}
          </Field>
          <Field label="File" problem={problem}>
            {(ids) => (
              <WithButton>
                <TextInput
                  {...ids}
                  readOnly
                  placeholder="No file chosen"
                  value={file === null ? '' : nameOf(file.source)}
                />
                <Button disabled={!isReady} onClick={() => choose(pickFile(endings))}>
                  Choose…
                </Button>
                {endings.includes('zip') && <Button onClick={() => choose(pickFolder())}>Folder…</Button>}
              </WithButton>
            )}
          </Field>
          {ownPictures > 0 && (
            <Checkbox
              label={`Add the ${counted(ownPictures, 'picture')} that ${ownPictures === 1 ? 'comes' : 'come'} with it`}
              hint="Images that the project does not have yet."
              isChecked={takesPictures}
              onChecked={setTakesPictures}
            />
          )}
          <ImagesFolder folder={images} onFolder={setImages} />
          {offered.map(({ name, label, choices, initial }) => (
            <Field key={name} label={label}>
              {(ids) => (
                <Select
                  {...ids}
                  options={choices}
                  value={options[name] ?? initial}
                  onValue={(value) => setOptions({ ...options, [name]: value })}
                />
              )}
            </Field>
          ))}
          {file !== null && (
            <Contents
              inspection={file.inspection}
              brought={takesPictures ? ownPictures : 0}
              hasFolder={images !== null}
            />
          )}
          {file !== null && file.inspection.categories.length > 0 && (
            <CategoryMapping
              categories={file.inspection.categories}
              map={categoryMap}
              onMap={setCategoryMap}
            />
          )}
        </>
      )}
      {job.view.state === 'failed' && (
        <p className={styles['problem']} role="alert">
          {job.view.message}
        </p>
      )}
    </Dialog>
  );
}

/** Annotations and their pictures in one step: what lies in the folder is added to the project before the file is read. */
function ImagesFolder({
  folder,
  onFolder,
}: {
  readonly folder: string | null;
  readonly onFolder: (folder: string | null) => void;
}) {
  const choose = async (): Promise<void> => {
    const picked = await pickPath({ title: 'Folder of the images', want: 'folder' });
    if (picked !== null) onFolder(picked);
  };
  return (
    <Field
      label="Images"
      hint="A folder of pictures to add first; leave it empty where they are in the project."
    >
      {(ids) => (
        <WithButton>
          <TextInput {...ids} readOnly placeholder="Those of the project" value={folder ?? ''} />
          {folder !== null && <Button onClick={() => onFolder(null)}>Clear</Button>}
          <Button onClick={() => reporting('No folder was chosen', choose)}>Folder of images…</Button>
        </WithButton>
      )}
    </Field>
  );
}

function Contents({
  inspection,
  brought,
  hasFolder,
}: {
  readonly inspection: Inspection;
  /** Images that are added from the file itself. */
  readonly brought: number;
  readonly hasFolder: boolean;
}) {
  const { images, matchedImages, annotations } = inspection;
  if (brought > 0) {
    const others = images - matchedImages - brought;
    return (
      <p>
        {counted(images, 'image')}: {formatCount(matchedImages)} in this project, {formatCount(brought)} added
        with their targets
        {others > 0 && `, ${formatCount(others)} ${hasFolder ? 'looked for in the folder' : 'left out'}`}.
      </p>
    );
  }
  if (hasFolder) {
    return (
      <p>
        {counted(annotations, 'annotation')} on {counted(images, 'image')};{' '}
        {matchedImages === images ? 'all of them are' : `${matchedImages} of them are`} in this project now,
        the others are looked for in the folder.
      </p>
    );
  }
  return (
    <p className={classNames(matchedImages === 0 && styles['warn'])}>
      {matchedImages === 0
        ? `The file names ${counted(images, 'image')}, but none of them is in this project. Choose the folder they lie in, or add them first: they are found by file name and size.`
        : `${counted(annotations, 'annotation')} on ${counted(images, 'image')}; ${
            matchedImages === images ? 'all of them are' : `${matchedImages} of them are`
          } in this project.`}
    </p>
  );
}

function ImportReportDialog({ report }: { readonly report: ImportReport }) {
  return (
    <Dialog
      title="Import finished"
      footer={
        <Button variant="primary" onClick={closeDialog}>
          Done
        </Button>
      }
    >
      <div className={styles['report']} role="status">
        <p className={classNames(styles['outcome'], styles['good'])}>
          <CircleCheck size={16} aria-hidden />
          {counted(report.annotations, 'target')} added on {counted(report.images, 'image')}
        </p>
        {report.added > 0 && <p>{counted(report.added, 'picture')} added to the project.</p>}
        {report.categories > 0 && <p>{counted(report.categories, 'category', 'categories')} used.</p>}
        <Losses losses={report.losses} title="What was not taken" />
      </div>
    </Dialog>
  );
}

/** The endings are what the format's own list says it reads. */
async function pickFile(endings: readonly string[]): Promise<ImportFileSource | null> {
  if (isDesktop()) {
    const path = await pickPath({ title: 'Import annotations', want: 'annotations' });
    return path === null ? null : { kind: 'path', path };
  }
  const [file] = await pickUploads(endings.map((ending) => `.${ending}`).join(','), false);
  return file === undefined ? null : sourceOf(file);
}

/** By path where the door knows it, else its bytes. */
async function sourceOf(file: File): Promise<ImportFileSource> {
  const path = pathOfFile(file);
  return path === null
    ? { kind: 'bytes', name: file.name, data: new Uint8Array(await file.arrayBuffer()) }
    : { kind: 'path', path };
}

async function pickFolder(): Promise<ImportFileSource | null> {
  const path = await pickPath({ title: 'Import a data set', want: 'folder' });
  return path === null ? null : { kind: 'path', path };
}

function nameOf(source: ImportFileSource): string {
  return source.kind === 'path' ? baseName(source.path) : source.name;
}
