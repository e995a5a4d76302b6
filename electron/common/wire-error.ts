import { z } from 'zod';
import { errorCodes, type WireError } from './errors.ts';

/** A `WireError` as the other side of a door takes it in. Apart from `errors.ts`, so that a worker needs no parser to say what failed. */
export const wireErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<WireError>;
