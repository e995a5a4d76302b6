import type { JobStatus } from '../../common/job-messages.ts';
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
      terminal.progress({ stage: `${finished} of ${job.total}`, done: finished, total: job.total });
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', abort);
    stopListening();
  }
}

/** Those that failed, with their reasons. */
export async function warnOfFailures(
  client: AppClient,
  { id }: JobStatus,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<void> {
  const { items } = await client.call('jobs.items', { id, only: 'failed', limit: 1000 });
  for (const { label, error } of items) terminal.warn(`${label}: ${error?.message ?? 'failed'}`);
}
