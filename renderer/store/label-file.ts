import { labelFileText } from '../../electron/common/document/label-file.ts';
import { withLabels } from '../../electron/common/document/label-set.ts';
import { backend } from './client.ts';
import { pathOfFile } from './door.ts';
import { commit } from './edit.ts';
import { asFileName } from './file-name.ts';
import { pickUploads } from './files.ts';
import { saveBlob } from './save-blob.ts';
import { useStudio } from './studio.ts';
import { showToast } from './toasts.ts';

/** Classes from a file of the person's choice, as one undo step; those the project has are not made twice. */
export async function importLabelFile(): Promise<void> {
  const [file] = await pickUploads('.txt,.names,.json,.gz,.yaml,.yml,.xml', false);
  if (file !== undefined) await importLabels(file);
}

/** The project's classes as a file, for another project or another program. */
export function saveLabelFile(): void {
  const { document } = useStudio.getState();
  const name = `${asFileName(document.project?.name ?? '')}-classes.json`;
  saveBlob(name, new Blob([labelFileText(document)], { type: 'application/json' }));
}

/** @throws AppError of labels.read */
export async function importLabels(file: File): Promise<void> {
  const path = pathOfFile(file);
  const source =
    path === null
      ? { kind: 'bytes' as const, name: file.name, data: new Uint8Array(await file.arrayBuffer()) }
      : { kind: 'path' as const, path };
  const { labels, passedOver } = await backend().call('labels.read', { source });
  const diff = withLabels(useStudio.getState().document, labels);
  await commit(`Import label set ${file.name}`, diff);
  const { length } = diff.added;
  const known =
    length < labels.length ? 'the others come twice or were in the project already' : 'all of them are new';
  const left = passedOver === 0 ? '' : ` Entries left out because they name no class: ${passedOver}.`;
  showToast({
    tone: 'success',
    title: length === 1 ? '1 class added' : `${length} classes added`,
    text: `${file.name} names ${labels.length}; ${known}.${left}`,
  });
}
