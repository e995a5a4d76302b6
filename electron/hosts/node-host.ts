import type { Host } from '../backend/host.ts';
import type { AppFolders } from './app-folders.ts';
import { forkInference } from './fork-inference.ts';

/** The host of a plain Node process: no window, so no dialogs; inference is a forked child. */
export function nodeHost({
  door,
  folders,
  version,
  roots,
  loadsModelAtStart = false,
}: {
  readonly door: 'browser' | 'cli';
  readonly folders: AppFolders;
  readonly version: string;
  readonly roots: readonly string[] | null;
  readonly loadsModelAtStart?: boolean;
}): Host {
  return {
    door,
    version,
    roots,
    grants: null,
    loadsModelAtStart,
    dataFolder: folders.data,
    projectsFolder: folders.projects,
    resourcesFolder: folders.resources,
    bundlesFolder: folders.bundles,
    showOpenDialog: null,
    showSaveDialog: null,
    openExternal: null,
    startInferenceProcess: forkInference(folders.bundles),
  };
}
