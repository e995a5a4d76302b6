import { type BrowserWindow, type FileFilter, type OpenDialogOptions, dialog } from 'electron';
import type { OpenDialog, SaveDialog } from '../../backend/host.ts';
import { imageExtensions } from '../../backend/images/image-extensions.ts';

/** Files of the formats that are read (electron/backend/formats): one document, or a data set in an archive. */
const annotationExtensions = ['json', 'zip', 'xml', 'gz'];

/** Asks for files or a folder; null when the person cancelled. */
export async function showOpenDialog(
  window: BrowserWindow | null,
  request: OpenDialog,
): Promise<readonly string[] | null> {
  const options = openOptions(request);
  const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return answer.canceled ? null : answer.filePaths;
}

/** Asks where to write; null when the person cancelled. The system itself asks before a file is replaced. */
export async function showSaveDialog(
  window: BrowserWindow | null,
  { title, suggestedName, extension }: SaveDialog,
): Promise<string | null> {
  const filters = extension === null ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }];
  const options = { title, defaultPath: suggestedName, filters };
  const answer = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return answer.canceled ? null : answer.filePath;
}

function openOptions({ title, want, multiple }: OpenDialog): OpenDialogOptions {
  const several = multiple ? (['multiSelections'] as const) : [];
  if (want === 'images')
    return {
      title,
      properties: ['openFile', ...several],
      filters: filtersFor('Images', [...imageExtensions]),
    };
  if (want === 'graph')
    return { title, properties: ['openFile', ...several], filters: filtersFor('ONNX graphs', ['onnx']) };
  if (want === 'results')
    return { title, properties: ['openFile', ...several], filters: filtersFor('Results', ['jsonl']) };
  if (want === 'json')
    return { title, properties: ['openFile', ...several], filters: filtersFor('JSON', ['json']) };
  if (want === 'annotations') {
    const filters = filtersFor('Annotations', annotationExtensions);
    return { title, properties: ['openFile', ...several], filters };
  }
  return { title, properties: ['openDirectory', 'createDirectory', ...several] };
}

/** What is wanted first; everything else stays reachable, since extensions are often wrong. */
function filtersFor(name: string, extensions: string[]): FileFilter[] {
  return [
    { name, extensions },
    { name: 'All files', extensions: ['*'] },
  ];
}
