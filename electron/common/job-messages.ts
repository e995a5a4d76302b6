import { z } from 'zod';
import { wireErrorSchema } from './wire-error.ts';

/**
 * Long jobs over many items, as windows see them. A job belongs to a project, goes on when a window closes, and is found again after the app was killed.
 */

export const jobId = z
  .string()
  .max(36)
  .regex(/^[0-9a-f-]{36}$/u);

/**
 * `interrupted`: the app ended while it ran. `stopped`: something that concerns all of its items is in the way (a full disk, no model), as `error` says.
 * All but running and done jobs can be resumed; so can a done one with failures, which are then tried again.
 */
const jobState = z.enum(['running', 'pausing', 'paused', 'done', 'cancelled', 'interrupted', 'stopped']);
export type JobState = z.infer<typeof jobState>;

export const jobStatus = z.object({
  id: jobId,
  /** Folder of the project. */
  folder: z.string(),
  kind: z.string(),
  title: z.string(),
  state: jobState,
  done: z.int(),
  failed: z.int(),
  total: z.int(),
  /** Labels of the items under way. */
  running: z.array(z.string()),
  /** Sums over the finished items, by name: tokens, kept, left out. */
  figures: z.record(z.string(), z.number()),
  /** Until it is done at the pace of the last items; null while it does not run, and while too few are done to tell. */
  millisecondsLeft: z.int().min(0).nullable(),
  error: wireErrorSchema.nullable(),
  createdAt: z.string(),
});
export type JobStatus = z.infer<typeof jobStatus>;

const itemState = z.enum(['waiting', 'running', 'done', 'failed']);
export type JobItemState = z.infer<typeof itemState>;

export const jobItemsInput = z.object({
  id: jobId,
  /** Only items in this state; null for all. */
  only: itemState.nullable().default(null),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(200),
});

export const jobItems = z.object({
  /** Items that fit `only`. */
  total: z.int(),
  items: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      state: itemState,
      error: wireErrorSchema.nullable(),
      /** What came of it, in words; empty while nothing did. */
      note: z.string(),
    }),
  ),
});
export type JobItems = z.infer<typeof jobItems>;
