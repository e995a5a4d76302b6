import { z } from 'zod';
import { boxSchema, rleSchema } from '../../common/document/records.ts';

/**
 * The lines of a result file: a header that says what was measured and how, then one line a question, written when it was answered. Pixels are image pixels,
 * masks COCO RLE. A later line of a question takes the place of an earlier one.
 */
export const resultHeader = z.object({
  evaluation: z.literal(1),
  /** What the questions came from. */
  file: z.object({ name: z.string(), format: z.string(), sha256: z.string() }),
  imagesFolder: z.string(),
  model: z.object({ name: z.string(), folder: z.string(), precision: z.string(), provider: z.string() }),
  threshold: z.number(),
  /** How the questions were put. */
  style: z.enum(['app', 'repository']),
  /** Null where nobody judged. */
  judge: z.string().nullable(),
  startedAt: z.string(),
});
export type ResultHeader = z.infer<typeof resultHeader>;

const overlap = z.object({ intersection: z.number(), union: z.number() });
const pair = overlap.extend({ prediction: z.int(), target: z.int() });

const score = z.object({
  targets: z.int(),
  predicted: z.int(),
  emptyPredictions: z.int(),
  pairs: z.array(pair),
  unpairedArea: z.number(),
  ious: z.array(z.number()),
  iou: z.number().nullable(),
  overlap,
  found: z.int(),
  isSetCorrect: z.boolean(),
  isTextExact: z.boolean().nullable(),
  isYesNoRight: z.boolean().nullable(),
  isRefusalRight: z.boolean().nullable(),
});

const target = z.object({ name: z.string(), category: z.string(), bbox: boxSchema, mask: rleSchema });
const prediction = z.object({
  /** The words that name it in the answer. */
  phrase: z.string(),
  /** The model's own confidence, not the judge's. */
  score: z.number().nullable(),
  bbox: boxSchema,
  mask: rleSchema,
});

const history = z.array(z.object({ question: z.string(), answer: z.string() }));

/** One answered question. */
export const resultRecord = z.object({
  key: z.string(),
  image: z.string(),
  /** The picture's file. */
  path: z.string(),
  width: z.int(),
  height: z.int(),
  question: z.string(),
  history,
  kinds: z.array(z.string()),
  expected: z.string().nullable(),
  /** With {seg} where a target was named. */
  said: z.string(),
  /** Step 2 of the paper: each {seg} replaced by the description of the instance matched with its mask. */
  rewritten: z.string(),
  /** The same as the repository dumps it, with corners. */
  repositoryAnswer: z.string(),
  /** As the repository tells its scorer. */
  promptIns: z.string(),
  targets: z.array(target),
  predictions: z.array(prediction),
  score,
  /** s_i of each pair. */
  judged: z.array(z.number()).nullable(),
  /** IoU of every prediction with every target, for average precision. */
  ious: z.array(z.array(z.number())),
  boundaryIous: z.array(z.number()),
  compat: z.object({ pairs: z.array(overlap), predictions: z.int(), targets: z.int() }).nullable(),
  milliseconds: z.number(),
});
export type ResultRecord = z.infer<typeof resultRecord>;

/** A question that could not be asked. */
export const failedRecord = z.object({
  key: z.string(),
  image: z.string(),
  question: z.string(),
  failed: z.object({ code: z.string(), message: z.string() }),
});
export type FailedRecord = z.infer<typeof failedRecord>;
