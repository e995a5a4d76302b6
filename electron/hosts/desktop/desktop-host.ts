import { type BrowserWindow, safeStorage, shell } from 'electron';
import type { Grants, Host, KeyVault } from '../../backend/host.ts';
import { AppError } from '../../common/errors.ts';
import type { AppFolders } from '../app-folders.ts';
import { showOpenDialog, showSaveDialog } from './dialogs.ts';
import { utilityInference } from './utility-inference.ts';

/** What the desktop gives the backend: native dialogs, the person's browser, a utility process for inference. */
export function desktopHost({
  folders,
  version,
  grants,
  windowOf,
}: {
  readonly folders: AppFolders;
  readonly version: string;
  /** Grows by what dialogs return. */
  readonly grants: Grants;
  readonly windowOf: (connection: string) => BrowserWindow | null;
}): Host {
  return {
    door: 'desktop',
    version,
    dataFolder: folders.data,
    projectsFolder: folders.projects,
    resourcesFolder: folders.resources,
    bundlesFolder: folders.bundles,
    roots: [],
    grants,
    loadsModelAtStart: true,
    async showOpenDialog(request) {
      const paths = await showOpenDialog(windowOf(request.connection), request);
      for (const path of paths ?? []) grants.add(path);
      return paths;
    },
    async showSaveDialog(request) {
      const path = await showSaveDialog(windowOf(request.connection), request);
      if (path !== null) grants.add(path);
      return path;
    },
    openExternal,
    keyVault: keychain,
    startInferenceProcess: utilityInference(folders.bundles),
  };
}

/** @throws AppError 'bad-input' for anything but a web address: other schemes start programs */
async function openExternal(url: string): Promise<void> {
  const isWeb = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
  if (!isWeb) throw new AppError('bad-input', `Only web addresses are opened, not ${url}.`, { url });
  await shell.openExternal(url);
}

/** Where Linux has no keychain, Electron "encrypts" with a word that everybody knows: that is none. */
const keychain: KeyVault = {
  isAvailable: () =>
    safeStorage.isEncryptionAvailable() &&
    (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (data) => safeStorage.decryptString(Buffer.from(data)),
};
