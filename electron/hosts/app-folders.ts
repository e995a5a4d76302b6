import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the app itself lies and where it keeps things: the same for every door, so that they share recents and settings. */
export interface AppFolders {
  /** Holds package.json: the app's folder, or its archive once it is packaged. */
  readonly root: string;
  /** Holds `assets/` and `native-models/bundled/`. */
  readonly resources: string;
  /** The built page. */
  readonly renderer: string;
  /** The bundles of the Node side: this file's own folder once it is built. */
  readonly bundles: string;
  readonly preload: string;
  readonly data: string;
  readonly projects: string;
}

/**
 * @param bundles folder of the running bundle (dist/node), as only the entry file itself knows it: shared code is
 *   bundled into another folder. The app's root is two folders above.
 * @param environment PIXELLM_DATA and PIXELLM_PROJECTS take the place of the usual folders
 */
export function appFolders(bundles: string, environment: NodeJS.ProcessEnv): AppFolders {
  const root = dirname(dirname(bundles));
  return {
    root,
    // Native code opens the model's files by itself and cannot look into the packaged app's archive.
    resources: root.replace(/app\.asar$/u, 'app.asar.unpacked'),
    bundles,
    renderer: join(root, 'dist', 'renderer'),
    preload: join(root, 'dist', 'preload', 'preload.cjs'),
    data: environment['PIXELLM_DATA'] || dataFolder(environment),
    projects: environment['PIXELLM_PROJECTS'] || join(homedir(), 'PixelLM Projects'),
  };
}

function dataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') {
    return join(environment['APPDATA'] || join(homedir(), 'AppData', 'Roaming'), 'PixelLM Studio');
  }
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'PixelLM Studio');
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'pixellm-studio');
}

/** The version in package.json: the one place that states it. */
export function appVersion(folders: AppFolders): string {
  const text = readFileSync(join(folders.root, 'package.json'), 'utf8');
  // Holds because the file is ours and ships with the app.
  return (JSON.parse(text) as { readonly version: string }).version;
}
