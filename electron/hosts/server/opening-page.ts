import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder } from '../../backend/app/make-folder.ts';

/** A page on the disk that leads a browser to an address which must not be seen on anybody's command line. */
export interface OpeningPage {
  /** file://... : safe to hand to any program. */
  readonly address: string;
  /** Takes the page away; a browser that has read it needs it no more. */
  remove(): Promise<void>;
}

/**
 * Writes the page so that only this account can read it: every account of a machine sees the words programs are started with, and the
 * address holds the token.
 *
 * @param folder not a hidden one: browsers in a sandbox (snap) may read nothing else of a home folder
 * @returns null where files cannot be kept from other accounts (some network and foreign disks), or none can be written
 */
export async function writeOpeningPage(folder: string, url: string): Promise<OpeningPage | null> {
  // Of a server that was killed, the page of the same port may still lie there; its token opens nothing.
  const path = join(folder, `open-pixellm-studio-${new URL(url).port}.html`);
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    await makeFolder(folder);
    await remove();
    // An exclusive new file: a link somebody put there is not followed, and the mode is ours from its first moment.
    await writeFile(path, pageTo(url), { mode: 0o600, flag: 'wx' });
    const { mode } = await stat(path);
    // Windows keeps the person's folders to the person and knows no such bits.
    if (process.platform === 'win32' || (mode & 0o077) === 0)
      return { address: pathToFileURL(path).href, remove };
    await remove();
    return null;
  } catch {
    return null; // the caller says that the person must open the printed address
  }
}

function pageTo(url: string): string {
  const address = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${address}">
<title>PixelLM Studio</title>
<p>Opening <a href="${address}">PixelLM Studio</a> ...</p>
`;
}
