import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The project folder among the words the app was started with; null when there is none. Electron and
 * Chromium add words of their own, so everything that is not an existing folder is passed over, and so
 * is the app's own folder, which comes first when the app runs unpacked.
 */
export function projectFolderOf(words: readonly string[], folder: string): string | null {
  const folders = words
    .slice(1)
    .filter((word) => !word.startsWith('-'))
    .map((word) => resolve(folder, word))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  const isApp = (path: string): boolean =>
    statSync(resolve(path, 'package.json'), { throwIfNoEntry: false }) !== undefined;
  return folders.find((path) => !isApp(path)) ?? null;
}
