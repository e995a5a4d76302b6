import { AppError, isAbort, toWireError, type WireError } from '../../common/errors.ts';
import type { JobItems, JobItemState, JobState, JobStatus } from '../../common/job-messages.ts';
import { createGate } from './gate.ts';
import { shortOutcome, type ItemOutcome, type Journal } from './journal.ts';
import { openLineFile, type LineFile } from './line-file.ts';
import { createPace, type Pace } from './pace.ts';
import { runItems, type ItemResult } from './run-items.ts';

export interface JobItem {
  /** The same for this item whenever the job is looked at. */
  readonly key: string;
  readonly label: string;
}

/** What a job does for its items; a new one each time it runs. */
export interface JobPlan {
  readonly items: readonly JobItem[];
  readonly concurrency: number;
  /** Must not do a second time what it did for this item before a kill that came before the journal's line. */
  readonly work: (item: JobItem, signal: AbortSignal) => Promise<ItemResult>;
}

/** One job of a project: its state, and the run that is under way if there is one. */
export class Job {
  readonly journal: Journal;
  readonly #path: string;
  readonly #folder: string;
  readonly #onChange: (status: JobStatus) => void;
  readonly #gate = createGate();
  readonly #running = new Map<string, JobItem>();
  /** While it runs; of the many that ended nobody keeps the items. */
  #items: readonly JobItem[] | null = null;
  #source: () => readonly JobItem[] = () => [];
  #total: number | null = null;
  #run: { readonly stop: AbortController; readonly pace: Pace; isCancelled: boolean; left: number } | null =
    null;
  #error: WireError | null = null;
  /** Over all outcomes, kept up with them: a status is made at every step. */
  readonly #sums = { done: 0, failed: 0, figures: {} as Record<string, number> };

  constructor(options: {
    readonly journal: Journal;
    readonly path: string;
    readonly folder: string;
    readonly onChange: (status: JobStatus) => void;
  }) {
    this.journal = options.journal;
    this.#path = options.path;
    this.#folder = options.folder;
    this.#onChange = options.onChange;
    for (const outcome of this.journal.outcomes.values()) this.#count(outcome, 1);
  }

  /** Where its items come from while it does not run. */
  set source(source: () => readonly JobItem[]) {
    this.#source = source;
  }

  get isRunning(): boolean {
    return this.#run !== null;
  }

  get status(): JobStatus {
    const { header } = this.journal;
    return {
      id: header.job,
      folder: this.#folder,
      kind: header.kind,
      title: header.title,
      state: this.#state(),
      ...this.#sums,
      figures: { ...this.#sums.figures },
      total: (this.#total ??= this.#source().length),
      running: [...this.#running.values()].map(({ label }) => label),
      millisecondsLeft: this.#run && this.#gate.isOpen ? this.#run.pace.left(this.#run.left) : null,
      error: this.#error,
      createdAt: header.createdAt,
    };
  }

  list(query: {
    readonly only: JobItemState | null;
    readonly offset: number;
    readonly limit: number;
  }): JobItems {
    const { only, offset, limit } = query;
    const all = this.#items ?? this.#source();
    const fitting = only === null ? all : all.filter((item) => this.#stateOf(item) === only);
    const shown = fitting.slice(offset, offset + limit);
    return { total: fitting.length, items: shown.map((item) => this.#told(item)) };
  }

  /** Works until everything is done or it is stopped; never throws: how it ended is its state. */
  async run(plan: JobPlan, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    const run = { stop, pace: createPace(plan.concurrency), isCancelled: false, left: 0 };
    this.#run = run;
    this.#error = null;
    this.#items = plan.items;
    this.#total = plan.items.length;
    this.#gate.open();
    this.#changed();
    try {
      await this.#work(plan, stop.signal, run);
    } catch (error) {
      if (!isAbort(error)) this.#error = toWireError(error);
    } finally {
      signal.removeEventListener('abort', abort);
      this.#run = null;
      this.#items = null;
      this.#running.clear();
      this.#changed();
    }
  }

  pause(): void {
    this.#gate.shut();
    this.#changed();
  }

  /** Goes on after a pause. */
  goOn(): void {
    this.#gate.open();
    this.#changed();
  }

  /** @throws AppError 'disk-full', when even that cannot be written down */
  async cancel(): Promise<void> {
    if (this.#run) {
      this.#run.isCancelled = true;
      this.#run.stop.abort(new DOMException('Cancelled.', 'AbortError'));
      return;
    }
    if (this.journal.end === null) await this.#append((file) => this.#end(file, 'cancelled'));
    this.#changed();
  }

  async #work(
    plan: JobPlan,
    signal: AbortSignal,
    run: { readonly isCancelled: boolean; left: number },
  ): Promise<void> {
    const items = plan.items.filter(({ key }) => this.journal.outcomes.get(key)?.error !== null);
    run.left = items.length;
    await this.#append(async (file) => {
      if (this.journal.end !== null) await file.append({ end: 'again' });
      this.journal.end = null;
      try {
        await runItems({
          items,
          concurrency: plan.concurrency,
          work: plan.work,
          mayStart: () => this.#gate.pass(signal),
          record: (item, result) => this.#record(file, item, result),
          onChange: (item, state) => this.#onItem(item, state),
          signal,
        });
        await this.#end(file, 'done');
      } catch (error) {
        if (run.isCancelled && isAbort(error)) await this.#end(file, 'cancelled');
        throw error;
      }
    });
  }

  async #append(work: (file: LineFile) => Promise<void>): Promise<void> {
    const file = await openLineFile(this.#path);
    try {
      await work(file);
    } finally {
      await file.close();
    }
  }

  async #record(file: LineFile, item: JobItem, result: ItemResult | WireError): Promise<void> {
    const outcome: ItemOutcome = shortOutcome(
      'code' in result
        ? { item: item.key, error: result, note: '', figures: {} }
        : { item: item.key, error: null, note: result.note, figures: { ...result.figures } },
    );
    await file.append(outcome);
    const before = this.journal.outcomes.get(item.key);
    if (before) this.#count(before, -1);
    this.#count(outcome, 1);
    this.journal.outcomes.set(item.key, outcome);
    if (this.#run) {
      this.#run.pace.ended(item.key, true);
      this.#run.left -= 1;
    }
  }

  #count({ error, figures }: ItemOutcome, times: 1 | -1): void {
    this.#sums[error ? 'failed' : 'done'] += times;
    const sums = this.#sums.figures;
    for (const [name, value] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + times * value;
  }

  async #end(file: LineFile, end: 'done' | 'cancelled'): Promise<void> {
    await file.append({ end });
    this.journal.end = end;
  }

  #onItem(item: JobItem, state: 'running' | 'ended'): void {
    if (state === 'running') this.#running.set(item.key, item);
    else this.#running.delete(item.key);
    if (state === 'running') this.#run?.pace.began(item.key);
    else this.#run?.pace.ended(item.key, false);
    this.#changed();
  }

  #stateOf({ key }: JobItem): JobItemState {
    if (this.#running.has(key)) return 'running';
    const outcome = this.journal.outcomes.get(key);
    if (!outcome) return 'waiting';
    return outcome.error ? 'failed' : 'done';
  }

  #told(item: JobItem): JobItems['items'][number] {
    const { key, label } = item;
    const state = this.#stateOf(item);
    const outcome = state === 'running' ? undefined : this.journal.outcomes.get(key);
    return { key, label, state, error: outcome?.error ?? null, note: outcome?.note ?? '' };
  }

  #state(): JobState {
    if (this.#run && !this.#gate.isOpen) return this.#running.size > 0 ? 'pausing' : 'paused';
    if (this.#run) return 'running';
    return this.journal.end ?? (this.#error ? 'stopped' : 'interrupted');
  }

  #changed(): void {
    this.#onChange(this.status);
  }
}

export function unknownJob(id: string): AppError {
  return new AppError('unknown-job', 'This job is not there any more.', { id });
}
