import { type BrowserWindow, dialog } from 'electron';

const buttons = ['Stay', 'Leave'];

/** A page that objects to its leaving keeps a window of Electron's open without a word: here the person is asked, as a browser asks. */
export function askBeforeLeaving(window: BrowserWindow): void {
  window.webContents.on('will-prevent-unload', (event) => {
    const chosen = dialog.showMessageBoxSync(window, {
      type: 'question',
      message: 'Something you began is not finished',
      detail:
        'What was drawn and neither applied nor discarded, a question that was typed and not asked, and changes that are still being saved go with what this window shows. Leave them?',
      ...{ buttons, defaultId: 0, cancelId: 0 },
    });
    // The event is that the page is kept.
    if (buttons[chosen] === 'Leave') event.preventDefault();
  });
}
