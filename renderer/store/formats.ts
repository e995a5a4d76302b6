import type { AppContract, ExportEvent, FormatInfo, ImportEvent } from '../../electron/common/contract.ts';
import type { InputOf, OutputOf } from '../../electron/common/messages.ts';
import { backend } from './client.ts';
import { runJob } from './jobs.ts';
import type { JobProgress } from './window-state.ts';

export type ExportReport = Extract<ExportEvent, { type: 'done' }>;
export type ImportReport = Extract<ImportEvent, { type: 'done' }>;
export type ImportFileSource = InputOf<AppContract['formats.import']>['source'];
export type Inspection = OutputOf<AppContract['formats.inspect']>;

export function listFormats(): Promise<readonly FormatInfo[]> {
  return backend().call('formats.list', {});
}

/** Exports as a job of the tray. `signal` and `onProgress` serve the dialog that started it. */
export function exportProject(
  input: InputOf<AppContract['formats.export']>,
  watch: { readonly signal: AbortSignal; readonly onProgress: (progress: JobProgress) => void },
): Promise<ExportReport | null> {
  return runJob('Exporting', async (job) => {
    let done: ExportReport | null = null;
    const signal = AbortSignal.any([watch.signal, job.signal]);
    for await (const event of backend().stream('formats.export', input, { signal })) {
      if (event.type === 'done') done = event;
      else {
        job.report(event);
        watch.onProgress(event);
      }
    }
    return done;
  });
}

export function importAnnotations(
  input: InputOf<AppContract['formats.import']>,
  watch: { readonly signal: AbortSignal; readonly onProgress: (progress: JobProgress) => void },
): Promise<ImportReport | null> {
  return runJob('Importing', async (job) => {
    let done: ImportReport | null = null;
    const signal = AbortSignal.any([watch.signal, job.signal]);
    for await (const event of backend().stream('formats.import', input, { signal })) {
      if (event.type === 'done') done = event;
      else {
        job.report(event);
        watch.onProgress(event);
      }
    }
    return done;
  });
}

/** @param format null: found out from the source */
export function inspectFile(format: string | null, source: ImportFileSource): Promise<Inspection> {
  return backend().call('formats.inspect', { format, source });
}

/** Hands a finished export to the browser. */
export function download(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
