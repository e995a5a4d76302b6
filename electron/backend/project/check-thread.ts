import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError, fromWireError, type WireError } from '../../common/errors.ts';
import type { Counts, Tally } from './check-records.ts';

/** What is looked through, and how. */
export interface CheckTask {
  readonly file: string;
  /**
   * 'alone': by a connection that has the file for itself, with its log, which is in the file afterwards. 'beside': while this process has it
   * open and writes nothing, by a connection that only reads the file, which has no log.
   */
  readonly way: 'alone' | 'beside';
  readonly depth: 'whole' | 'quick';
  /** The schema whose records can be looked at. */
  readonly latest: number;
}

/** What is known when all was looked at and nothing is wrong. */
export interface Checked {
  /** Null where an older or a newer version of the app wrote the file. */
  readonly tally: Tally | null;
  /** Asked 'alone' only. */
  readonly isLogLost: boolean;
}

export type CheckWord =
  | ({ readonly type: 'counts' } & { readonly counts: Counts })
  | ({ readonly type: 'done' } & Checked)
  | { readonly type: 'failed'; readonly error: WireError };

/** A check under way in a thread of its own: SQLite looks through a file of gigabytes in one piece, seconds long. */
export interface CheckThread {
  /** Soon; null where the thread could not be started, or the file is of another version. */
  readonly counts: Promise<Counts | null>;
  /** Null where the thread could not be started. Rejects with AppError 'project-damaged', and with what opening a database throws. */
  readonly checked: Promise<Checked | null>;
  /** Waits until the thread has let the file go: SQLite does not stop in the middle of a piece. */
  stop(): Promise<void>;
}

/** @param workerFile the built check-worker.ts */
export function startCheck(workerFile: string, task: CheckTask): CheckThread {
  const worker = new Worker(workerFile, { workerData: task });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let tellCounts: (counts: Counts | null) => void = () => undefined;
  const counts = new Promise<Counts | null>((resolve) => (tellCounts = resolve));
  let isStopped = false;
  const checked = new Promise<Checked | null>((resolve, reject) => {
    worker.on('message', (word: CheckWord) => {
      if (word.type === 'counts') tellCounts(word.counts);
      else if (word.type === 'done') resolve(word);
      else reject(fromWireError(word.error));
    });
    // The script tells its failures by a message: this is a thread that could not be, for want of its file or of memory.
    worker.once('error', () => resolve(null));
    worker.once('exit', () => (isStopped ? reject(stoppedError()) : resolve(null)));
  });
  const settled = async (): Promise<Checked | null> => {
    try {
      return await checked;
    } finally {
      await ended; // only then has the file one owner again
      tellCounts(null);
    }
  };
  const over = settled();
  over.catch(() => undefined); // told to whoever waits for it
  return {
    counts,
    checked: over,
    async stop() {
      isStopped = true;
      await worker.terminate();
    },
  };
}

/** The same once a while has passed, or as soon as somebody waits for it. */
export interface LaterCheck extends CheckThread {
  hurry(): void;
}

/** @param headStart milliseconds in which the thread takes nothing from what a person waits to see */
export function startCheckLater(workerFile: string, task: CheckTask, headStart: number): LaterCheck {
  const waiting = new AbortController();
  let isStopped = false;
  const begun = setTimeout(headStart, undefined, { signal: waiting.signal })
    .catch(() => undefined) // hurried
    .then(() => {
      if (isStopped) throw stoppedError();
      return startCheck(workerFile, task);
    });
  const checked = begun.then((thread) => thread.checked);
  checked.catch(() => undefined); // told to whoever waits for it
  return {
    counts: begun.then(
      (thread) => thread.counts,
      () => null,
    ),
    checked,
    hurry: () => waiting.abort(),
    async stop() {
      isStopped = true;
      waiting.abort();
      const thread = await begun.catch(() => null);
      await thread?.stop();
    },
  };
}

function stoppedError(): AppError {
  return new AppError('no-project-open', 'The project was closed before it had been looked through.', {});
}
