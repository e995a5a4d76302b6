import { download } from './formats.ts';

/** Hands something the page made to the browser, or to the desktop's save dialog. */
export function saveBlob(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  download(address, name);
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
