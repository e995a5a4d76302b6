import { app, dialog } from 'electron';

/** Says why the app could not start, where a person without a terminal sees it, and ends with a failure. */
export function reportFailedStart(thrown: unknown): void {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  console.error(thrown);
  dialog.showErrorBox('PixelLM Studio could not start', reason);
  app.exit(1);
}
