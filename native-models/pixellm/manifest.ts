import { z } from 'zod';
import { precisions } from '../names.ts';
import { contextSize, networkSchema } from './network.ts';

const bytes = z.int().min(0);
const tokenId = z.int().min(0);
/** Texts of a template: some hundred letters. */
const templateText = z.string().max(20_000);
const mostAddedTokens = 4096;

/** How a weight matrix is stored; the names in the manifest's loss table. */
const weightSchemes = ['f32', 'f16', 'int8-column', 'int8-block32', 'int4-block32', 'int4-block64'] as const;
export type WeightScheme = (typeof weightSchemes)[number];

/** A file of the model folder: a manifest from elsewhere must not make the app read, hash or name others. */
const insidePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    (path) => !/^[\\/]|^[a-z]:|\0/i.test(path) && !path.split(/[\\/]/).includes('..'),
    'not a path inside the model folder',
  );

const fileSchema = z.strictObject({
  path: insidePath,
  bytes,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const graphSchema = z.strictObject({
  /** The .onnx file, and the side file holding its weights; both relative to the model folder. */
  graph: insidePath,
  data: insidePath,
  /** What its weights take in memory once loaded, buffers for activations not counted. */
  loadedBytes: bytes,
});

const weightLossSchema = z.strictObject({
  part: z.enum(['vision', 'decoder', 'masks', 'embedding']),
  scheme: z.enum(weightSchemes),
  tensors: z.int().positive(),
  parameters: bytes,
  /** sqrt(sum (w - w')^2 / sum w^2) over all weights stored this way. */
  relativeRms: z.number().min(0),
  worst: z.strictObject({ tensor: z.string(), relativeRms: z.number().min(0) }),
});

/** What the answer loses against fp32 of the same checkpoint, measured by running both (`npm run bench -- engine --loss`). */
const answerLossSchema = z.strictObject({
  measured: z.string(),
  cases: z.int().positive(),
  tokensEqual: z.number().min(0).max(1),
  /** Relative RMS difference of the logits and of the combined mask logits on teacher-forced input. */
  logits: z.number().min(0),
  masks: z.number().min(0),
  maskIou: z.number().min(0).max(1),
});

const sourceFileSchema = z.strictObject({
  name: z.string().max(1000),
  bytes,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** One of the two folders a model was made from. No path: it says what was taken, not where it lay. */
const sourceFolderSchema = z.strictObject({
  folder: z.string().max(1000),
  files: z.array(sourceFileSchema).max(2000),
});

const originSchema = z.strictObject({
  checkpoint: sourceFolderSchema,
  vision: sourceFolderSchema,
  /** The vision tower as the checkpoint's config.json names it. */
  visionName: z.string().max(1000).nullable(),
  /** What a wrapper had put before the names of all tensors, and was left out: 'module.'; '' for nothing. */
  prefix: z.string().max(100),
});

/** The file manifest.json of a model folder: all the runtime needs to know. */
export const manifestSchema = z.strictObject({
  format: z.literal('pixellm-model'),
  version: z.literal(1),
  name: z.string().max(1000),
  precision: z.enum(precisions),
  /** ISO 8601, UTC. */
  created: z.string(),
  network: networkSchema,
  tokens: z.strictObject({
    bos: tokenId,
    eos: tokenId,
    unk: tokenId,
    pad: tokenId,
    imageStart: tokenId,
    imageEnd: tokenId,
    /** Ids of [SEG0], [SEG1], ... in order: levels * tokensPerLevel of them. */
    codebook: z.array(tokenId).min(1).max(mostAddedTokens),
    /** All of added_tokens.json: text to id. */
    added: z
      .record(z.string(), tokenId)
      .refine((added) => Object.keys(added).length <= mostAddedTokens, 'too many added tokens'),
  }),
  /**
   * Texts that stand around what is said, white space included. A prompt is
   * system + user + <im_start>image<im_end> + '\n' + question + assistant; a further turn adds ' ' + answer + turnEnd + user + question + assistant.
   */
  conversation: z.strictObject({
    system: templateText,
    user: templateText,
    assistant: templateText,
    turnEnd: templateText,
  }),
  /** Longest sequence, image tokens and answer included. */
  contextLength: contextSize,
  graphs: z.strictObject({
    vision: graphSchema,
    decoder: graphSchema,
    masks: graphSchema,
    /** Of folders converted until November 2026; read by nothing since GPU decoders are made where they run. */
    decoderGpu: graphSchema.exactOptional(),
    /** The vision graph as GPU providers compute it best. Shares the vision side file. */
    visionGpu: graphSchema,
    /** The masks graph as GPU providers compute it right. Shares the masks side file. */
    masksGpu: graphSchema,
  }),
  /** Rows of embed_tokens, [vocabulary, hidden] row-major little-endian, read row by row. */
  embedding: z.strictObject({
    file: z.string(),
    dtype: z.enum(['f32', 'f16']),
    rows: z.int().positive(),
    columns: z.int().positive(),
  }),
  tokenizer: z.strictObject({ model: z.string(), addedTokens: z.string() }),
  files: z.array(fileSchema).max(1000),
  weightLoss: z.array(weightLossSchema).max(1000),
  answerLoss: answerLossSchema.nullable(),
  /** Where it came from; null in models converted before this was written down. */
  origin: originSchema.nullable().default(null),
  /**
   * Earlier turns a question is asked with; null for all that fit. The reference asks each question on its own, so that 0 is what a published
   * checkpoint was trained for; models converted before this was written down say null.
   */
  historyTurns: z.int().min(0).nullable().default(null),
  memory: z.strictObject({
    /** All sessions loaded on the CPU, without the cache. */
    loadedBytes: bytes,
    /** Key/value cache of one position. */
    cacheBytesPerToken: bytes,
    /** Loaded weights, full cache and the largest activations: what "does it fit" asks. */
    peakBytes: bytes,
  }),
});

export type ModelManifest = z.infer<typeof manifestSchema>;
export type ManifestFile = z.infer<typeof fileSchema>;
export type ManifestGraph = z.infer<typeof graphSchema>;
export type WeightLoss = z.infer<typeof weightLossSchema>;
export type ModelOrigin = z.infer<typeof originSchema>;
export type AnswerLoss = z.infer<typeof answerLossSchema>;

/** Name of the manifest inside a model folder. Written last: a folder without it is not a model. */
export const manifestFileName = 'manifest.json';
