import { z } from 'zod';

/** A long job's news. `done` and `total` share a unit; `total` null means not known yet. */
export const progressSchema = z.object({
  type: z.literal('progress'),
  stage: z.string(),
  done: z.number(),
  total: z.number().nullable(),
});
