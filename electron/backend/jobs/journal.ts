import { z } from 'zod';
import type { WireError } from '../../common/errors.ts';
import { jobId } from '../../common/job-messages.ts';
import { wireErrorSchema } from '../../common/wire-error.ts';
import { openLineFile, readLines } from './line-file.ts';

/**
 * What a job keeps on the disk: who it is, then a line for each finished item and for its end. The last line of an item counts, so that
 * one that failed may succeed later. Bounded by the number of items: notes and messages are cut, and an item gets a line only when something came of it.
 */
const header = z.object({
  job: jobId,
  kind: z.string(),
  title: z.string(),
  request: z.unknown(),
  createdAt: z.string(),
});
export type JobHeader = z.infer<typeof header>;

const outcome = z.object({
  item: z.string(),
  error: wireErrorSchema.extend({ code: wireErrorSchema.shape.code.catch('internal') }).nullable(),
  note: z.string(),
  figures: z.record(z.string(), z.number()),
});
export type ItemOutcome = z.infer<typeof outcome>;

const end = z.object({ end: z.enum(['done', 'cancelled', 'again']) });

export interface Journal {
  readonly header: JobHeader;
  readonly outcomes: Map<string, ItemOutcome>;
  /** How it ended; null for one that was cut short. */
  end: 'done' | 'cancelled' | null;
}

const longestText = 500;

/** @returns null for a file that is no journal, or whose first line never reached the disk */
export async function readJournal(path: string): Promise<Journal | null> {
  let journal: Journal | null = null;
  for await (const line of readLines(path)) {
    if (!journal) {
      const { data } = header.safeParse(line);
      if (!data) return null;
      journal = { header: data, outcomes: new Map(), end: null };
      continue;
    }
    const finished = outcome.safeParse(line).data;
    if (finished) journal.outcomes.set(finished.item, finished);
    const ended = end.safeParse(line).data?.end;
    if (ended !== undefined) journal.end = ended === 'again' ? null : ended;
  }
  return journal;
}

export async function startJournal(path: string, head: JobHeader): Promise<void> {
  const file = await openLineFile(path);
  try {
    await file.append(head);
  } finally {
    await file.close();
  }
}

export function shortOutcome({ item, error, note, figures }: ItemOutcome): ItemOutcome {
  return { item, error: error && shortError(error), note: note.slice(0, longestText), figures };
}

/** Details may hold anything, of any size; the sentence has the fact that helps. */
function shortError({ code, message }: WireError): NonNullable<ItemOutcome['error']> {
  return { code, message: message.slice(0, longestText), details: {} };
}
