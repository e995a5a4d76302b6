import type { AppContract } from '../../electron/common/contract.ts';
import type { OutputOf } from '../../electron/common/messages.ts';
import { backend } from './client.ts';
import { askForPaths } from './dialogs.ts';
import { isDesktop } from './door.ts';
import type { BrowseRequest } from './window-state.ts';

type Wanted = Omit<BrowseRequest, 'answer'>;

/** Asks for files or a folder: natively on the desktop, with the app's own browser elsewhere. @returns null when cancelled */
export async function pickPaths(wanted: Wanted): Promise<readonly string[] | null> {
  if (isDesktop()) return (await backend().call('dialog.open', wanted))?.paths ?? null;
  return askForPaths(wanted);
}

/** One file or folder, of what kind. */
export type PathWish = Omit<Wanted, 'multiple'>;

export async function pickPath(wanted: PathWish): Promise<string | null> {
  const paths = await pickPaths({ ...wanted, multiple: false });
  return paths?.[0] ?? null;
}

/** Lets a person pick files with the page's own file field, for the browser door. */
export function pickUploads(accept: string, isMultiple: boolean): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const field = document.createElement('input');
    field.type = 'file';
    field.accept = accept;
    field.multiple = isMultiple;
    field.addEventListener('change', () => resolve([...(field.files ?? [])]));
    field.addEventListener('cancel', () => resolve([]));
    field.click();
  });
}

export type Listing = OutputOf<AppContract['files.list']>;

/** What lies in a folder of the machine the app runs on; null is where to begin. */
export function listFiles(folder: string | null): Promise<Listing> {
  return backend().call('files.list', { folder });
}

/** Asks natively where to write. @returns null when the person gave up */
export async function pickDestination(wanted: {
  readonly title: string;
  readonly suggestedName: string;
  readonly extension: string | null;
}): Promise<string | null> {
  return (await backend().call('dialog.save', wanted))?.path ?? null;
}
