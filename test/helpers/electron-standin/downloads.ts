import type { EventEmitter } from 'node:events';
import type { Page } from '@playwright/test';
import { appAddress } from './protocol.ts';
import type { DialogScript, StandinSession } from './system.ts';

/**
 * Electron's downloads: the session hears of each before anything is written, may refuse it, and sets what the system's save dialog shows; the script's answer is
 * where the file goes, null what a person cancelled.
 */
export function followDownloads(
  page: Page,
  contents: EventEmitter,
  { session, dialogs }: { readonly session: StandinSession; readonly dialogs: DialogScript },
): void {
  page.on('download', (download) => {
    let isPrevented = false;
    let options: unknown = null;
    const event = { preventDefault: () => void (isPrevented = true) };
    const item = {
      getURL: () =>
        download
          .url()
          .replace(/^(blob:)?(.*)$/u, (_, blob: string = '', rest: string) => blob + appAddress(rest)),
      getFilename: () => download.suggestedFilename(),
      setSaveDialogOptions: (asked: unknown) => void (options = asked),
    };
    session.emit('will-download', event, item, contents);
    if (isPrevented) return void download.cancel();
    dialogs.asked.push({ kind: 'save', hasParent: true, options });
    void (dialogs.saveAnswer === null ? download.cancel() : download.saveAs(dialogs.saveAnswer));
  });
}
