import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ExportEvent, ImportEvent } from '../../common/contract.ts';
import type { Document } from '../../common/document/document.ts';
import { extensionOf } from '../../common/format-option.ts';
import { annotationsOf, annotationsWithoutCategory } from '../../common/document/views.ts';
import { allowedPath } from '../app/allowed-paths.ts';
import type { BegunWork } from '../app/begun-work.ts';
import type { Downloads } from '../app/downloads.ts';
import { fileError } from '../app/file-errors.ts';
import { createTimeOrderedIds } from '../app/time-ordered-id.ts';
import { createWriteGuard } from '../project/write-guard.ts';
import type { WrittenFiles } from '../app/written-files.ts';
import type { AppHandlers, HandlersOf } from '../app-handlers.ts';
import type { Host } from '../host.ts';
import { pathOfImage } from '../images/image-files.ts';
import type { Pictures } from '../images/pictures.ts';
import { commitInSlices } from '../project/commit-in-slices.ts';
import { type OpenProject, type OpenProjects, inStep } from '../project/open-projects.ts';
import { folderNameOf } from '../project/project-folder.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { AppError, isAbort } from '../../common/errors.ts';
import { RecordSpool } from '../project/record-spool.ts';
import { type Allow, isAllowed } from '../images/find-image-files.ts';
import { importImages } from '../images/import-images.ts';
import type { ImageSource } from '../images/take-in-image.ts';
import { inspectWithPictures, type OwnPicture } from './own-pictures.ts';
import {
  createLossList,
  type Format,
  type FormatSource,
  type ImportJob,
  type LossList,
  type ProjectContents,
} from './format.ts';
import type { SettingsStore } from '../app/settings.ts';
import { isSetup, recogniseFormat } from './recognise-format.ts';
import { checkOptions, formatNamed, formats } from './registry.ts';

type ExportRequest = Parameters<AppHandlers['formats.export']>[0];
type ImportRequest = Parameters<AppHandlers['formats.import']>[0];

interface Parts {
  readonly host: Host;
  readonly projects: OpenProjects;
  readonly pictures: Pictures;
  readonly downloads: Downloads;
  readonly settings: SettingsStore;
  readonly begun: BegunWork;
  readonly written: WrittenFiles;
}

export function formatCalls(parts: Parts): HandlersOf<'formats'> {
  const { host, projects } = parts;
  return {
    'formats.list': () => Promise.resolve(formats.map(({ info }) => info)),
    'formats.export': (request, caller) =>
      projects.during(caller, (project, signal) => runExport(parts, project, request, signal)),
    'formats.import': (request, caller) =>
      projects.during(caller, (project, signal) =>
        runImport(parts, inStep(project, randomUUID()), request, signal),
      ),
    'formats.inspect': (request, caller) =>
      projects.use(caller, async ({ store }, signal) => {
        const source = await allowedSource(host, request.source);
        const { inspect, info } = await formatOf(request, source, signal);
        if (!inspect) throw cannot(info.label, 'read');
        const job = { ...placesOf(store, store.document), source, lookIn: [], signal };
        const { inspection, pictures } = await inspectWithPictures(job, {
          inspect,
          allow: (path) => allowedPath(host, path),
        });
        return { format: info.id, ...inspection, ownPictures: pictures.length };
      }),
  };
}

async function* runExport(
  { host, pictures, downloads, begun, written }: Parts,
  { store }: OpenProject,
  request: ExportRequest,
  signal: AbortSignal,
): AsyncGenerator<ExportEvent> {
  const format = formatNamed(request.format);
  if (!format.write) throw cannot(format.info.label, 'written');
  checkOptions(format, request.options);
  const download =
    request.path === null ? await downloads.prepare(fileNameOf(store, format, request.options)) : null;
  const path = download?.path ?? (await allowedPath(host, request.path ?? ''));
  let isOffered = false;
  const moment = store.moment();
  try {
    const outcome = yield* format.write({
      ...placesOf(store, moment.document),
      imageIds: request.imageIds,
      options: request.options,
      path,
      guard: createWriteGuard({
        begun,
        written,
        inputs: store.all('image').map((image) => pathOfImage(store, image)),
        replace: request.replace,
      }),
      loadImage: (image, asked) => {
        asked.throwIfAborted();
        return pictures.pixels(store, image);
      },
      signal,
    });
    isOffered = true;
    yield { type: 'done', ...outcome, download: download?.offer() ?? null };
  } finally {
    moment.release();
    if (!isOffered) await download?.discard();
  }
}

async function* runImport(
  parts: Parts,
  project: OpenProject,
  request: ImportRequest,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent> {
  const { host } = parts;
  const source = await allowedSource(host, request.source);
  const format = await formatOf(request, source, signal);
  const { info, read } = format;
  if (!read) throw cannot(info.label, 'read');
  checkOptions(format, request.options, info.importOptions ?? []);
  const folder = request.images === null ? null : await allowedPath(host, request.images);
  const losses = createLossList();
  const lookIn = folder === null ? [] : [folder];
  const tools = { losses, signal };
  let added = folder === null ? 0 : yield* addFolder(parts, project, folder, tools);
  if (request.ownPictures && format.inspect) {
    const job = { ...placesOf(project.store, project.store.document), source, lookIn, signal };
    const { pictures } = await inspectWithPictures(job, { inspect: format.inspect, allow: allowOf(host) });
    added += yield* addOwnPictures(parts, project, pictures, tools);
  }
  const spool = new RecordSpool();
  try {
    const { diff, ...outcome } = yield* read({
      ...placesOf(project.store, project.store.document),
      lookIn,
      source,
      categoryMap: request.categoryMap,
      options: request.options,
      newId: createTimeOrderedIds(),
      spool,
      now: new Date(),
      signal,
    });
    signal.throwIfAborted();
    // A file of which nothing came in leaves nothing behind, not even a step to undo.
    await commitInSlices(project, { ...diff, removed: [] }, { label: `Import ${info.label}` }, signal);
    yield { type: 'done', format: info.id, ...outcome, added, losses: [...losses.losses, ...outcome.losses] };
  } catch (error) {
    throw added === 0 ? error : sayingAdded(error, added);
  } finally {
    spool.close();
  }
}

/** The one that was named, or that the source is of. */
async function formatOf(
  { format }: Pick<ImportRequest, 'format'>,
  source: FormatSource,
  signal: AbortSignal,
): Promise<Format> {
  return formatNamed(format ?? (await recogniseFormat(source, signal)));
}

/** Who reads that an import failed would not look for new images. */
function sayingAdded(error: unknown, added: number): unknown {
  if (!(error instanceof AppError) || isAbort(error)) return error;
  const what = added === 1 ? 'The image that was added is' : `The ${added} images that were added are`;
  return new AppError(
    error.code,
    `${error.message} ${what} in the project all the same.`,
    { ...error.details },
    { cause: error },
  );
}

interface Tools {
  readonly losses: LossList;
  readonly signal: AbortSignal;
}

/** Images and masks in one step for a person. @returns how many images are new */
async function* addFolder(
  parts: Parts,
  project: OpenProject,
  path: string,
  tools: Tools,
): AsyncGenerator<ImportEvent, number> {
  if (!(await isFolder(path)))
    throw new AppError('bad-input', `${path} is a file, not a folder of images.`, { path });
  const source = { kind: 'path' as const, path, copy: parts.settings.current.copyImages };
  const { added, found } = yield* addSources(parts, project, [source], tools);
  if (found === 0) tools.losses.add('The folder of images has no picture that can be read', path);
  return added;
}

/** So many bytes of pictures of an archive are held at once. */
const mostHeldBytes = 64 << 20;

/** Those that lie in the set itself, of an archive some at a time. @returns how many images are new */
async function* addOwnPictures(
  parts: Parts,
  project: OpenProject,
  pictures: readonly OwnPicture[],
  tools: Tools,
): AsyncGenerator<ImportEvent, number> {
  let added = 0;
  let waiting: ImageSource[] = [];
  let bytes = 0;
  for (const [at, { name, source }] of pictures.entries()) {
    const found = await source(parts.settings.current.copyImages);
    if (found === null) tools.losses.add('Pictures that were not added', name);
    else waiting.push(found);
    if (found?.kind === 'bytes') bytes += found.data.length;
    if (waiting.length === 0 || (bytes < mostHeldBytes && at < pictures.length - 1)) continue;
    added += (yield* addSources(parts, project, waiting, tools)).added;
    [waiting, bytes] = [[], 0];
  }
  return added;
}

/** What is said of a picture goes into the report of the import. @returns how many images are new, and how many there were to add */
async function* addSources(
  { host, pictures }: Parts,
  project: OpenProject,
  sources: readonly ImageSource[],
  { losses, signal }: Tools,
): AsyncGenerator<ImportEvent, { readonly added: number; readonly found: number }> {
  const allow = allowOf(host);
  const allowed: ImageSource[] = [];
  for (const source of sources) {
    if (source.kind === 'bytes' || (await isAllowed(source.path, allow))) allowed.push(source);
    else losses.add('Pictures that were not added: the app was not given their folder', source.path);
  }
  let counts = { added: 0, found: 0 };
  for await (const event of importImages({ project, pictures, sources: allowed, allow, signal })) {
    if (event.type === 'progress') yield event;
    else if (event.type === 'failed') losses.add('Pictures that were not added', event.error.message);
    else if (event.type === 'noted') losses.add('Of pictures that were added', event.note);
    else
      counts = {
        added: event.imageIds.length,
        found: event.imageIds.length + event.alreadyThere.length,
      };
  }
  return counts;
}

function allowOf(host: Host): Allow {
  return (path) => allowedPath(host, path);
}

/** @throws AppError 'file-not-found', 'file-not-readable' */
async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  return found.isDirectory();
}

/** @param document its records, as they stand or as they stood when the job began */
function placesOf(store: ProjectStore, document: Document): Pick<ImportJob, 'contents' | 'pathOf'> {
  return { contents: contentsOf(store.info.name, document), pathOf: (image) => pathOfImage(store, image) };
}

/** Questions and phrases are gathered where a format asks for them: most have no place for them. */
function contentsOf(name: string, document: Document): ProjectContents {
  return {
    name,
    images: [...document.images.values()],
    categories: [...document.categories.values()],
    annotations: {
      length: document.annotations.size,
      [Symbol.iterator]: () => document.annotations.values(),
      ofImage: (id) => annotationsOf(document, id),
      loose: () => annotationsWithoutCategory(document),
    },
    get turns() {
      return [...document.turns.values()];
    },
    get targets() {
      return [...document.targets.values()];
    },
  };
}

async function allowedSource(host: Host, source: FormatSource): Promise<FormatSource> {
  if (source.kind === 'bytes') return source;
  const path = await allowedPath(host, source.path);
  if (!isSetup(path)) return { kind: 'path', path };
  // A window may have been given the file and not its folder: it is then told to give that.
  const folder = await allowedPath(host, dirname(path)).catch(() => path);
  return { kind: 'path', path: (await isFolder(path)) ? path : folder };
}

function fileNameOf(store: ProjectStore, { info }: Format, options: ExportRequest['options']): string {
  const stem = folderNameOf(`${store.info.name} ${info.id}`);
  const extension = extensionOf(info, options);
  return extension === null ? stem : `${stem}.${extension}`;
}

function cannot(label: string, what: string): AppError {
  return new AppError('bad-input', `${label} cannot be ${what} by this app.`, { format: label });
}
