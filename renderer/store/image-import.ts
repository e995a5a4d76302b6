import type { AppContract } from '../../electron/common/contract.ts';
import type { ImageId } from '../../electron/common/document/records.ts';
import type { InputOf } from '../../electron/common/messages.ts';
import { backend } from './client.ts';
import { pathOfFile } from './door.ts';
import { runJob } from './jobs.ts';
import { isCancelled, showError, showToast } from './toasts.ts';
import { showImage } from './view.ts';
import type { JobProgress } from './window-state.ts';

type ImportSource = InputOf<AppContract['images.import']>['sources'][number];

/** Uploads travel in messages: this much at a time, so that a thousand photographs neither fill the memory nor one message. */
const batchBytes = 48 * 1024 * 1024;

interface Outcome {
  /** How many. */
  added: number;
  alreadyThere: number;
  readonly failures: { readonly name: string; readonly reason: string }[];
  /** Words about pictures that came in. */
  readonly notes: string[];
}

/** Adds what the backend can read by itself: files and folders by their paths. */
export function importPaths(paths: readonly string[]): Promise<void> {
  return importBatches(paths.length === 0 ? [] : [() => Promise.resolve(paths.map(pathSource))]);
}

/** Adds dropped, pasted or picked files: by path where the door knows it, else their bytes. */
export function importFiles(files: readonly File[]): Promise<void> {
  return importBatches(batchesOf(files, batchBytes).map((batch) => () => Promise.all(batch.map(sourceOf))));
}

/** Files in order, at most `limitBytes` together; a larger one travels alone. */
export function batchesOf<Item extends { readonly size: number }>(
  files: readonly Item[],
  limitBytes: number,
): readonly (readonly Item[])[] {
  const batches: Item[][] = [];
  let room = 0;
  for (const file of files) {
    const batch = batches.at(-1);
    if (batch === undefined || file.size > room) {
      batches.push([file]);
      room = limitBytes - file.size;
    } else {
      batch.push(file);
      room -= file.size;
    }
  }
  return batches;
}

/** One job and one undo step for all batches; each image that fails is named with its reason. The first new one is shown. */
async function importBatches(batches: readonly (() => Promise<readonly ImportSource[]>)[]): Promise<void> {
  if (batches.length === 0) return;
  const outcome: Outcome = { added: 0, alreadyThere: 0, failures: [], notes: [] };
  const step = crypto.randomUUID();
  try {
    await runJob('Adding images', async ({ signal, report }) => {
      for (const [index, read] of batches.entries()) {
        const part = batches.length === 1 ? '' : `Part ${index + 1} of ${batches.length}: `;
        const sources = await read();
        signal.throwIfAborted();
        await importBatch(sources, outcome, {
          step,
          signal,
          report: (news) => report({ ...news, stage: part + news.stage }),
        });
      }
    });
  } catch (thrown) {
    if (!isCancelled(thrown)) showError('The images were not added', thrown);
  }
  sayKnown(outcome.alreadyThere);
  sayFailed(outcome.failures);
  sayNoted(outcome.notes);
}

async function importBatch(
  sources: readonly ImportSource[],
  outcome: Outcome,
  job: {
    readonly step: string;
    readonly signal: AbortSignal;
    readonly report: (progress: JobProgress) => void;
  },
): Promise<void> {
  const { step, signal } = job;
  const events = backend().stream('images.import', { sources: [...sources], step }, { signal });
  for await (const event of events) {
    if (event.type === 'progress') job.report(event);
    else if (event.type === 'failed')
      outcome.failures.push({ name: event.name, reason: event.error.message });
    else if (event.type === 'noted') outcome.notes.push(event.note);
    else {
      if (outcome.added === 0) showFirst([...event.imageIds, ...event.alreadyThere]);
      outcome.added += event.imageIds.length;
      outcome.alreadyThere += event.alreadyThere.length;
    }
  }
}

function showFirst([first]: readonly ImageId[]): void {
  if (first !== undefined) showImage(first);
}

async function sourceOf(file: File): Promise<ImportSource> {
  const path = pathOfFile(file);
  if (path !== null) return pathSource(path);
  const name = file.name === '' ? 'pasted image.png' : file.name;
  return { kind: 'bytes', name, data: new Uint8Array(await file.arrayBuffer()) };
}

function pathSource(path: string): ImportSource {
  return { kind: 'path', path };
}

function sayKnown(count: number): void {
  if (count === 0) return;
  showToast({
    tone: 'info',
    title:
      count === 1 ? 'That image is already in the project' : `${count} images were already in the project`,
    text: 'An image is added once; nothing was copied again.',
  });
}

function sayFailed(failures: Outcome['failures']): void {
  const [first] = failures;
  if (first === undefined) return;
  const more = failures.length > 1 ? ` And ${failures.length - 1} more.` : '';
  showToast({
    tone: 'error',
    title: failures.length === 1 ? `${first.name} was not added` : `${failures.length} images were not added`,
    text: `${failures.length === 1 ? '' : `${first.name}: `}${first.reason}${more}`,
  });
}

function sayNoted(notes: Outcome['notes']): void {
  const [first] = notes;
  if (first === undefined) return;
  const more = notes.length > 1 ? ` And ${notes.length - 1} more like it.` : '';
  showToast({ tone: 'info', title: 'A word about what was added', text: `${first}${more}` });
}
