import { z } from 'zod';
import { answerStages, precisions, providerRequests } from '../../native-models/names.ts';
import { answerStatsSchema, deviceReportSchema, placementSchema } from '../../native-models/shapes.ts';
import { drawnMask } from '../common/document/records.ts';
import { progressSchema } from '../common/progress.ts';
import { wireErrorSchema } from '../common/wire-error.ts';

/**
 * What the backend and an inference process say to each other. The process answers every request with its id: any number of `event`s, then
 * one `result` or `failed`. A newer request waits for the older one, except `redraw`, `cancel` and `picture`.
 *
 *   backend -> process   load, ask, read-ahead, unload, segment, describe-segmenter, forget-segmenter, convert, verify; redraw, cancel, picture
 *   process -> backend   (event | wants-picture)*, then result | failed
 *
 * Only the process knows which picture it has: a question names its picture, and the process says when it wants the pixels.
 */
const id = z.int().min(1);
const pixelBytes = z.instanceof(Uint8Array) as z.ZodType<Uint8Array>;
const halfFloats = z.instanceof(Uint16Array) as z.ZodType<Uint16Array>;

/** Before the threshold, f16 [side, side], for later thresholds. */
const logits = z.object({ side: z.int(), placement: placementSchema, halfFloats });

const load = z.object({
  type: z.literal('load'),
  id,
  folder: z.string(),
  provider: z.enum(providerRequests),
  threads: z.int().nullable(),
  /** File that remembers which provider was measured to be fastest. */
  choices: z.string().nullable(),
  /** Measures again whatever it remembers. */
  remeasure: z.boolean(),
});

const image = z.object({
  /** SHA-256 of the file: the same key is the same picture. */
  key: z.string(),
  width: z.int(),
  height: z.int(),
});

/** Earlier turns, the model's own words with their codebook tokens. */
const history = z.array(z.object({ question: z.string(), answer: z.string() })).readonly();

const ask = z.object({
  type: z.literal('ask'),
  id,
  image,
  history,
  question: z.string(),
  maxNewTokens: z.int().nullable(),
});

/** What the next question begins with, before it is asked. */
const readAhead = z.object({ type: z.literal('read-ahead'), id, image, history });

/** Kept logits at another threshold: no model is needed, and pixels stay out of the app's own process. */
const redraw = z.object({
  type: z.literal('redraw'),
  id,
  logits,
  image: z.object({ width: z.int(), height: z.int() }),
  threshold: z.number(),
});

const segmenterFiles = z.object({ encoder: z.string(), decoder: z.string() });

/** The object at points and in a box, as somebody's own SAM-like files see it. They are opened with the first request that names them. */
const segment = z.object({
  type: z.literal('segment'),
  id,
  files: segmenterFiles,
  image,
  prompts: z.object({
    points: z.array(z.object({ x: z.number(), y: z.number(), isInside: z.boolean() })).readonly(),
    /** [left, top, right, bottom] */
    box: z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly().nullable(),
  }),
});

const convert = z.object({
  type: z.literal('convert'),
  id,
  checkpoint: z.string(),
  vision: z.string(),
  out: z.string(),
  precision: z.enum(precisions),
});

export const requestSchema = z.discriminatedUnion('type', [
  load,
  ask,
  readAhead,
  redraw,
  segment,
  z.object({ type: z.literal('describe-segmenter'), id, files: segmenterFiles }),
  z.object({ type: z.literal('forget-segmenter'), id }),
  convert,
  z.object({ type: z.literal('unload'), id }),
  z.object({ type: z.literal('verify'), id, folder: z.string() }),
  /** The request of this id is not wanted any more; it still ends with `result` or `failed`. */
  z.object({ type: z.literal('cancel'), id }),
  /** The pixels that the request of this id said it wants: row-major RGB. */
  z.object({ type: z.literal('picture'), id, rgb: pixelBytes }),
]);
export type InferenceRequest = z.infer<typeof requestSchema>;
export type LoadRequest = z.infer<typeof load>;
export type AskRequest = z.infer<typeof ask>;
export type ReadAheadRequest = z.infer<typeof readAhead>;
export type RedrawRequest = z.infer<typeof redraw>;
export type SegmentRequest = z.infer<typeof segment>;
export type ConvertRequest = z.infer<typeof convert>;

export const loadedSchema = z.object({ device: deviceReportSchema });
export type LoadedModel = z.infer<typeof loadedSchema>;

/** The masks are already runs at the image's size: pixels stay in the process that made them. */
const targetEvent = drawnMask.extend({
  type: z.literal('target'),
  index: z.int(),
  score: z.number(),
  logits,
});
export type TargetDrawn = z.infer<typeof targetEvent>;

const answeredEvent = z.object({
  type: z.literal('answered'),
  rawAnswer: z.string(),
  stopped: z.enum(['end', 'limit', 'context']),
  /** Codebook tokens that became part of no target. */
  discarded: z.int(),
  /** Over 1: a picture unlike those the model was trained on. Null where the model does not say. */
  unfamiliarity: z.number().nullable(),
  stats: answerStatsSchema,
});

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stage'), stage: z.enum(answerStages) }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  z.object({ type: z.literal('target-start'), index: z.int() }),
  targetEvent,
  answeredEvent,
  /** The GPU failed; the answer and every later one is computed elsewhere. Nothing that was said is said again. */
  z.object({ type: z.literal('fell-back'), device: deviceReportSchema }),
  progressSchema,
]);
export type InferenceEvent = z.infer<typeof eventSchema>;

export const replySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), id, event: eventSchema }),
  z.object({ type: z.literal('wants-picture'), id }),
  z.object({ type: z.literal('result'), id, value: z.unknown() }),
  z.object({ type: z.literal('failed'), id, error: wireErrorSchema }),
]);
export type InferenceReply = z.infer<typeof replySchema>;

export const segmentedSchema = drawnMask.extend({ score: z.number() });
export type Segmented = Readonly<z.infer<typeof segmentedSchema>>;

export const verifiedSchema = z.object({ ok: z.boolean(), problems: z.array(z.string()) });
export type VerifiedModel = z.infer<typeof verifiedSchema>;
