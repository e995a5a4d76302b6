import type { JobItems, JobStatus } from '../../common/job-messages.ts';
import { timeLeft } from '../../common/time-left.ts';
import { fromWireError } from '../../common/errors.ts';
import type { CommandContext } from './command.ts';
import type { AppClient } from './session.ts';

/**
 * Tells of a job until it ends.
 *
 * @param start starts or resumes it
 * @throws AppError what stopped it; an AbortError at Ctrl-C, when the job can be resumed later
 */
export async function followJob(
  client: AppClient,
  start: () => Promise<JobStatus>,
  { terminal, signal }: Pick<CommandContext, 'terminal' | 'signal'>,
): Promise<JobStatus> {
  const seen = new Map<string, JobStatus>();
  let wake = (): void => undefined;
  const stopListening = client.on('jobs.changed', (job) => {
    seen.set(job.id, job);
    wake();
  });
  const abort = (): void => wake();
  signal.addEventListener('abort', abort);
  try {
    const started = await start();
    for (;;) {
      signal.throwIfAborted();
      const job = seen.get(started.id) ?? started;
      if (job.state === 'stopped' && job.error) throw fromWireError(job.error);
      if (job.state !== 'running') return job;
      const finished = job.done + job.failed;
      const left = job.millisecondsLeft === null ? '' : `, ${timeLeft(job.millisecondsLeft)}:`;
      terminal.progress({ stage: `${finished} of ${job.total}${left}`, done: finished, total: job.total });
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', abort);
    stopListening();
  }
}

/** What became of an item that failed, as --json tells it. */
export interface ItemFailure {
  readonly label: string;
  readonly code: string;
  readonly message: string;
}

/** Says which failed, with their reasons. */
export async function warnOfFailures(
  client: AppClient,
  { id }: JobStatus,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<ItemFailure[]> {
  const failures = (await failedItems(client, id)).map(({ label, error }) => ({
    label,
    code: error?.code ?? 'internal',
    message: error?.message ?? 'failed',
  }));
  for (const { label, message } of failures) terminal.warn(`${label}: ${message}`);
  return failures;
}

/** All of them, however many. */
export async function failedItems(client: AppClient, id: string): Promise<JobItems['items']> {
  const found: JobItems['items'] = [];
  for (;;) {
    const { items, total } = await client.call('jobs.items', {
      ...{ id, only: 'failed', offset: found.length, limit: 1000 },
    });
    found.push(...items);
    if (items.length === 0 || found.length >= total) return found;
  }
}
