import {
  createLossList,
  type ImportJob,
  type ImportOutcome,
  type LossList,
  type Progress,
} from './format.ts';
import { withProgress } from './with-progress.ts';

/** What the work of an import has at hand. */
export interface ImportTools {
  readonly losses: LossList;
  /** Aborted also when the reader of the news walks away. */
  readonly signal: AbortSignal;
  /** How far it is: the work counts on, and says of how many once it knows. */
  readonly place: { done: number; total: number | null };
}

/** The frame of an import that is done in one stage: it tells how far it is, and what did not come across. */
export async function* oneStageImport(
  job: ImportJob,
  stage: string,
  work: (tools: ImportTools) => Promise<Omit<ImportOutcome, 'losses'>>,
): AsyncGenerator<Progress, ImportOutcome> {
  const losses = createLossList();
  const place = { done: 0, total: null };
  return yield* withProgress(job.signal, {
    news: () => ({ type: 'progress', stage, ...place }),
    work: async (signal) => ({ ...(await work({ losses, signal, place })), losses: losses.losses }),
  });
}
