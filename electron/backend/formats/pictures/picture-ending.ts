import { basename, extname } from 'node:path';
import { AppError } from '../../../common/errors.ts';

/** Files people ask for that we do not write; a folder of such a name would only puzzle them. */
const otherFiles: ReadonlySet<string> = new Set(
  ['jpg', 'jpeg', 'webp', 'gif', 'tif', 'tiff', 'bmp', 'avif', 'json', 'pdf', 'tar', 'gz', 'tgz'].map(
    (end) => `.${end}`,
  ),
);

/** @throws AppError 'bad-input' */
export function checkEnding(path: string): void {
  if (!otherFiles.has(extname(path).toLowerCase())) return;
  throw new AppError(
    'bad-input',
    `Pictures are written as PNG: name a .png file for one, a .zip file or a folder for several, not ${basename(path)}.`,
    { path },
  );
}
