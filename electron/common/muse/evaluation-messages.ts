import { z } from 'zod';
import { rleSchema } from '../document/records.ts';
import { pathText, shortText } from '../limits.ts';
import { progressSchema } from '../progress.ts';

/** Messages about results of evaluations side by side, and about a MUSE file looked into without importing it. */

const bytes = z.instanceof(Uint8Array) as z.ZodType<Uint8Array>;

export const evaluationInfo = z.object({
  path: z.string(),
  model: z.string(),
  precision: z.string(),
  /** File of the questions, without its folder. */
  questions: z.string(),
  style: z.enum(['app', 'repository']),
  judge: z.string().nullable(),
  startedAt: z.string(),
  bytes: z.number(),
});
export type EvaluationInfo = z.infer<typeof evaluationInfo>;

/** What people corrected in the open project: nobody asks; one more run; or what is right, in place of the file's own targets. */
const correctionsRole = z.enum(['none', 'run', 'truth']);
export type CorrectionsRole = z.infer<typeof correctionsRole>;

export const compareInput = z.object({
  paths: z.array(pathText).min(1).max(26),
  corrections: correctionsRole.default('none'),
});

const interval = z.object({ low: z.number(), high: z.number() });
const comparedFigure = z.object({
  name: z.string(),
  /** Of each run; null where it measures nothing. */
  values: z.array(z.number().nullable()).readonly(),
  /** Of each run against the first, with its 95 % interval; null for the first, and where there is none. */
  differences: z.array(z.object({ by: z.number(), interval: interval.nullable() }).nullable()).readonly(),
});
export type ComparedFigure = z.infer<typeof comparedFigure>;

const masks = z.array(rleSchema).readonly();

/** One question with what every run said, to be looked at. */
const comparisonCard = z.object({
  question: z.string(),
  image: z.string(),
  kinds: z.array(z.string()).readonly(),
  width: z.int(),
  height: z.int(),
  /** JPEG at the size of the page; null when the picture is not there any more. */
  picture: bytes.nullable(),
  wanted: z.object({ text: z.string(), masks }),
  /** One of each run. `iou`: over P; null for a question without targets. */
  answers: z
    .array(
      z.object({ text: z.string(), iou: z.number().nullable(), targets: z.int(), named: z.int(), masks }),
    )
    .readonly(),
});
export type ComparisonCard = z.infer<typeof comparisonCard>;

export const comparison = z.object({
  /** In the order of the columns. */
  runs: z.array(z.object({ name: z.string(), path: z.string().nullable() })).readonly(),
  /** Questions that every run answered, and those that some did not. */
  paired: z.int(),
  unpaired: z.int(),
  images: z.int(),
  figures: z.array(comparedFigure).readonly(),
  byKind: z
    .array(z.object({ kind: z.string(), questions: z.int(), figures: z.array(comparedFigure).readonly() }))
    .readonly(),
  changed: z.array(comparisonCard).readonly(),
  worst: z.array(comparisonCard).readonly(),
});
export type ComparisonReport = z.infer<typeof comparison>;

export const browseOpenInput = z.object({ path: pathText });
export const browseOpened = z.discriminatedUnion('type', [
  progressSchema,
  z.object({
    type: z.literal('done'),
    records: z.int(),
    questions: z.int(),
    /** The most frequent first. */
    categories: z.array(z.object({ name: z.string(), count: z.int() })).readonly(),
    /** Of one question. */
    mostTargets: z.int(),
  }),
]);

export const browseListInput = z.object({
  path: pathText,
  /** All of them stand in the question, the answer or the names; '' for any. */
  words: shortText.default(''),
  category: shortText.nullable().default(null),
  fewestTargets: z.int().min(0).default(0),
  mostTargets: z.int().min(0).nullable().default(null),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(100),
});
export const browseList = z.object({
  total: z.int(),
  rows: z
    .array(z.object({ key: z.string(), image: z.string(), question: z.string(), targets: z.int() }))
    .readonly(),
});
export type BrowseRow = z.infer<typeof browseList>['rows'][number];

/** `images`: the folder its pictures lie in; null looks beside the file. */
export const browseShowInput = z.object({ path: pathText, key: shortText, images: pathText.nullable() });
export const browseShown = z.object({
  image: z.string(),
  width: z.int(),
  height: z.int(),
  picture: bytes.nullable(),
  question: z.string(),
  /** With {seg} after each target; null where the file leaves it to be built from the names. */
  answer: z.string().nullable(),
  kinds: z.array(z.string()).readonly(),
  targets: z.array(z.object({ name: z.string(), category: z.string(), mask: rleSchema })).readonly(),
  /** What of it cannot be used as it stands, in words. */
  faults: z.array(z.string()).readonly(),
});
export type BrowseShown = z.infer<typeof browseShown>;
