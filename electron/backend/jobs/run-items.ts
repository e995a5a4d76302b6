import { AppError, isAbort, toWireError, type ErrorCode, type WireError } from '../../common/errors.ts';

/** What came of one item. */
export interface ItemResult {
  /** In words, for the list of items. */
  readonly note: string;
  /** Summed over all items. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface ItemsRun<Item> {
  /** Those that are to be done, in their order. */
  readonly items: readonly Item[];
  readonly concurrency: number;
  readonly work: (item: Item, signal: AbortSignal) => Promise<ItemResult>;
  /** Durable when it resolves. */
  readonly record: (item: Item, result: ItemResult | WireError) => Promise<void>;
  /** Resolves when the next item may begin; it may wait as long as a person likes. */
  readonly mayStart: () => Promise<void>;
  readonly onChange: (item: Item, state: 'running' | 'ended') => void;
  readonly signal: AbortSignal;
}

/** Failures of the surroundings: no other item would fare better, and none is to blame. */
const concernsAll: ReadonlySet<ErrorCode> = new Set([
  'disk-full',
  'file-not-writable',
  'no-project-open',
  'project-not-found',
  'project-locked',
  'project-damaged',
  'no-model',
  'model-not-found',
  'model-damaged',
  'model-does-not-fit',
  'model-load-failed',
  'provider-unavailable',
  'endpoint-refused',
  'endpoint-unreachable',
]);

/** A process that died may have died of this item: it is tried twice, and after so many items in a row nobody believes that any more. */
const mostDeathsInARow = 3;

/**
 * Works through items, several at a time. One that fails is recorded with its reason and the others go on; what concerns all of them ends the run.
 *
 * @throws AppError what concerns all items; an AbortError when the signal aborts. Items under way are then neither done nor failed.
 */
export async function runItems<Item>(run: ItemsRun<Item>): Promise<void> {
  const ending = new AbortController();
  const abort = (): void => ending.abort(run.signal.reason);
  run.signal.addEventListener('abort', abort);
  if (run.signal.aborted) abort();
  const state: RunState = { deathsInARow: 0 };
  const queue = run.items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    try {
      for (;;) {
        await run.mayStart();
        ending.signal.throwIfAborted();
        const next = queue.next();
        if (next.done) return;
        await doItem(run, next.value, ending.signal, state);
      }
    } catch (error) {
      ending.abort(error);
      throw error;
    }
  };
  const workers = Array.from({ length: Math.min(run.concurrency, run.items.length) }, worker);
  const ends = await Promise.allSettled(workers);
  run.signal.removeEventListener('abort', abort);
  run.signal.throwIfAborted();
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  // The first cause; the others were only told to stop.
  const [cause] = [...failures.filter((failure) => !isAbort(failure)), ...failures];
  if (failures.length > 0) throw cause;
}

interface RunState {
  deathsInARow: number;
}

async function doItem<Item>(
  run: ItemsRun<Item>,
  item: Item,
  signal: AbortSignal,
  state: RunState,
): Promise<void> {
  run.onChange(item, 'running');
  try {
    // Recorded even if somebody cancelled meanwhile: what is done must not be done again.
    await run.record(item, await workTwice(run, item, signal, state));
  } finally {
    run.onChange(item, 'ended');
  }
}

async function workTwice<Item>(
  run: ItemsRun<Item>,
  item: Item,
  signal: AbortSignal,
  state: RunState,
): Promise<ItemResult | WireError> {
  for (let isSecondTime = false; ; isSecondTime = true) {
    try {
      const result = await run.work(item, signal);
      state.deathsInARow = 0;
      return result;
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      if (error instanceof AppError && concernsAll.has(error.code)) throw error;
      const isDeath = error instanceof AppError && error.code === 'inference-crashed';
      if (isDeath && !isSecondTime) continue;
      state.deathsInARow = isDeath ? state.deathsInARow + 1 : 0;
      if (state.deathsInARow >= mostDeathsInARow) throw error;
      return toWireError(error);
    }
  }
}
