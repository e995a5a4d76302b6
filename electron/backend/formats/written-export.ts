import type { ExportJob, ExportOutcome, LossList, Progress } from './format.ts';
import { withProgress } from './with-progress.ts';

/** How far a stage of an export is; `total` is null while nobody can know. */
interface Place {
  readonly done: number;
  readonly total: number | null;
}

/**
 * What every export does once it knows what to write: writes, reads again from the disk what it has written, and puts into its report
 * whatever differs from what was meant.
 *
 * @returns what the export holds, its losses, and whether reading it again found all of it
 */
export async function* writeAndCheck<Written>(
  job: ExportJob,
  parts: {
    readonly losses: LossList;
    readonly write: (signal: AbortSignal) => Promise<Written>;
    readonly writing: () => Place;
    /** Every difference in words. */
    readonly check: (written: Written, signal: AbortSignal) => Promise<readonly string[]>;
    readonly checking: () => Place;
    /** Asked after the checking. */
    readonly holds: (written: Written) => Omit<ExportOutcome, 'losses' | 'verified'>;
  },
): AsyncGenerator<Progress, ExportOutcome> {
  const { losses } = parts;
  const written = yield* withProgress(job.signal, {
    news: () => ({ type: 'progress', stage: 'Writing', ...parts.writing() }),
    work: parts.write,
  });
  const problems = yield* withProgress(job.signal, {
    news: () => ({ type: 'progress', stage: 'Checking', ...parts.checking() }),
    work: (signal) => parts.check(written, signal),
  });
  for (const problem of problems) losses.add('Read again, the file differs from what was meant', problem);
  return { ...parts.holds(written), losses: losses.losses, verified: problems.length === 0 };
}
