import { useMemo } from 'react';
import type { FormatInfo } from '../../../electron/common/contract.ts';
import type { Document } from '../../../electron/common/document/document.ts';
import type { ImageId } from '../../../electron/common/document/records.ts';
import { extensionOf, isApplicable, isValueOf } from '../../../electron/common/format-option.ts';
import { isDesktop } from '../../store/door.ts';
import { pickPath } from '../../store/files.ts';
import { type ImageScope, imagesMeant, searchedImages } from '../../store/image-list.ts';
import { looseOption, looseTargets } from '../../store/loose-targets.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextInput, WithButton } from '../../ui/field.tsx';
import { counted } from '../../ui/format.ts';
import { RadioGroup } from '../../ui/radio-group.tsx';
import styles from './dialogs.module.css';
import { ExportOption } from './export-option.tsx';

export interface ExportChoice {
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  readonly scope: ImageScope;
  /** Folder on the computer the app runs on; null is a download. Browser door only. */
  readonly folder: string | null;
  /** Of what is several files: as one archive, or as a folder of them. A download is always an archive. */
  readonly isPacked: boolean;
}

/** COCO where there is one: it is what most trainers read. Null while the formats are unknown. */
export function initialChoice(formats: readonly FormatInfo[]): ExportChoice | null {
  const first = formats.find(({ id }) => id.startsWith('coco')) ?? formats[0];
  return first === undefined
    ? null
    : { format: first.id, options: initialOptions(first), scope: 'project', folder: null, isPacked: false };
}

function initialOptions(format: FormatInfo): Readonly<Record<string, string>> {
  // What becomes of targets without a class is the person's to say: nothing is chosen for them.
  return Object.fromEntries(
    format.options.map((option) => [option.name, option.name === looseOption ? '' : option.initial]),
  );
}

/** The images that a choice means; null for all. */
export function useImagesMeant(scope: ExportChoice['scope'] | undefined): readonly ImageId[] | null {
  const shown = useStudio((state) => state.view.imageId);
  const listed = useStudio((state) => (scope === 'listed' ? searchedImages(state) : null));
  return useMemo(() => imagesMeant(scope, { shown, listed }), [scope, shown, listed]);
}

/** How many targets the export would have to file under something that nobody said; null where the format does not mind or it is answered. */
export function unansweredTargets(
  document: Document,
  about: {
    readonly format: FormatInfo;
    readonly choice: ExportChoice;
    readonly imageIds: readonly ImageId[] | null;
  },
): number {
  if (about.choice.options[looseOption] !== '') return 0;
  return looseIn(document, about);
}

function looseIn(
  document: Document,
  {
    format,
    choice,
    imageIds,
  }: {
    readonly format: FormatInfo | undefined;
    readonly choice: ExportChoice;
    readonly imageIds: readonly ImageId[] | null;
  },
): number {
  if (format?.options.some(({ name }) => name === looseOption) !== true) return 0;
  return looseTargets(document, imageIds, choice.options['review']).length;
}

/** What the backend is told: an answer that nothing depends on is the format's own. */
export function writtenOptions(format: FormatInfo, { options }: ExportChoice): Record<string, string> {
  return Object.fromEntries(
    format.options.map((option) => {
      const { name, initial } = option;
      const value = options[name] ?? '';
      return [name, isValueOf(option, value) ? value : initial];
    }),
  );
}

/** Those that change anything, as the others are chosen. */
function applicableOptions(format: FormatInfo | undefined, { options }: ExportChoice): FormatInfo['options'] {
  return (format?.options ?? []).filter(
    (option) => option.name !== looseOption && isApplicable(option, options),
  );
}

/** Whether every option that counts has a value that the format takes. */
export function hasOnlyValues(format: FormatInfo, choice: ExportChoice): boolean {
  return applicableOptions(format, choice).every((option) =>
    isValueOf(option, choice.options[option.name] ?? option.initial),
  );
}

export function ExportForm({
  formats,
  choice,
  onChoice,
}: {
  readonly formats: readonly FormatInfo[];
  readonly choice: ExportChoice;
  readonly onChoice: (choice: ExportChoice) => void;
}) {
  const format = formats.find(({ id }) => id === choice.format);
  return (
    <div className={styles['stack']}>
      <Field label="Format" hint={format?.description}>
        {(ids) => (
          <Select
            {...ids}
            options={formats.map(({ id, label }) => ({ value: id, label }))}
            value={choice.format}
            onValue={(id) => {
              const next = formats.find((other) => other.id === id);
              if (next !== undefined) onChoice({ ...choice, format: id, options: initialOptions(next) });
            }}
          />
        )}
      </Field>
      <div className={styles['fields']}>
        {applicableOptions(format, choice).map((option) => (
          <ExportOption
            key={option.name}
            option={option}
            value={choice.options[option.name] ?? option.initial}
            onValue={(value) => onChoice({ ...choice, options: { ...choice.options, [option.name]: value } })}
          />
        ))}
      </div>
      <div className={styles['fields']}>
        <Scope choice={choice} onChoice={onChoice} />
        {!isDesktop() && <Destination choice={choice} onChoice={onChoice} />}
        {isSeveralFiles(format, choice) && (isDesktop() || choice.folder !== null) && (
          <RadioGroup
            legend="As"
            value={choice.isPacked ? 'archive' : 'folder'}
            options={[
              { value: 'folder', label: 'A folder, as trainers read it' },
              { value: 'archive', label: 'One .zip file' },
            ]}
            onValue={(value) => onChoice({ ...choice, isPacked: value === 'archive' })}
          />
        )}
      </div>
      <LooseTargets format={format} choice={choice} onChoice={onChoice} />
    </div>
  );
}

/** What would be an archive may be a folder of its files as well. */
export function isSeveralFiles(format: FormatInfo | undefined, { options }: ExportChoice): boolean {
  return format !== undefined && extensionOf(format, options) === 'zip';
}

/** Asked before anything is written: an export never makes up a class. */
function LooseTargets({
  format,
  choice,
  onChoice,
}: {
  readonly format: FormatInfo | undefined;
  readonly choice: ExportChoice;
  readonly onChoice: (choice: ExportChoice) => void;
}) {
  const document = useStudio((state) => state.document);
  const imageIds = useImagesMeant(choice.scope);
  const option = format?.options.find(({ name }) => name === looseOption);
  const count = useMemo(
    () => looseIn(document, { format, choice, imageIds }),
    [document, format, choice, imageIds],
  );
  if (option === undefined || count === 0) return null;
  return (
    <div className={styles['asked']}>
      <RadioGroup
        legend={`${counted(count, 'target has', 'targets have')} no class. What becomes of ${count === 1 ? 'it' : 'them'}?`}
        value={choice.options[looseOption] ?? ''}
        options={option.choices}
        onValue={(value) => onChoice({ ...choice, options: { ...choice.options, [looseOption]: value } })}
      />
    </div>
  );
}

function Scope({
  choice,
  onChoice,
}: {
  readonly choice: ExportChoice;
  readonly onChoice: (choice: ExportChoice) => void;
}) {
  const count = useStudio((state) => state.document.images.size);
  const search = useStudio((state) => state.imageList.search.trim());
  const listed = useStudio((state) => searchedImages(state)?.length ?? null);
  const shown = useStudio((state) =>
    state.view.imageId === null ? undefined : state.document.images.get(state.view.imageId)?.name,
  );
  return (
    <RadioGroup
      legend="What"
      value={choice.scope}
      options={[
        { value: 'project', label: `The whole project (${counted(count, 'image')})` },
        ...(listed === null || listed === 0
          ? []
          : [
              {
                value: 'listed' as const,
                label: `Those listed for “${search}” (${counted(listed, 'image')})`,
              },
            ]),
        ...(shown === undefined ? [] : [{ value: 'image' as const, label: `Only ${shown}` }]),
      ]}
      onValue={(scope) => onChoice({ ...choice, scope })}
    />
  );
}

function Destination({
  choice,
  onChoice,
}: {
  readonly choice: ExportChoice;
  readonly onChoice: (choice: ExportChoice) => void;
}) {
  const choose = async (): Promise<void> => {
    const folder = await pickPath({ title: 'Export into the folder', want: 'folder' });
    if (folder !== null) onChoice({ ...choice, folder });
  };
  const start = (): void => reporting('No folder was chosen', choose);
  return (
    <div className={styles['stack']}>
      <RadioGroup
        legend="Where"
        value={choice.folder === null ? 'download' : 'folder'}
        options={[
          { value: 'download', label: 'Download in this browser' },
          { value: 'folder', label: 'A folder on the computer the app runs on' },
        ]}
        onValue={(where) => {
          if (where === 'download') onChoice({ ...choice, folder: null });
          else start();
        }}
      />
      {choice.folder !== null && (
        <Field label="Folder">
          {(ids) => (
            <WithButton>
              <TextInput {...ids} readOnly value={choice.folder ?? ''} />
              <Button onClick={start}>Choose…</Button>
            </WithButton>
          )}
        </Field>
      )}
    </div>
  );
}
