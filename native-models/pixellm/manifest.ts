import { z } from 'zod';
import { precisions } from '../names.ts';
import { networkSchema } from './network.ts';

const bytes = z.int().min(0);
const tokenId = z.int().min(0);

/** How a weight matrix is stored; the names in the manifest's loss table. */
const weightSchemes = ['f32', 'f16', 'int8-column', 'int8-block32', 'int4-block32'] as const;
export type WeightScheme = (typeof weightSchemes)[number];

const fileSchema = z.strictObject({
  path: z.string().min(1),
  bytes,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const graphSchema = z.strictObject({
  /** The .onnx file, and the side file holding its weights; both relative to the model folder. */
  graph: z.string(),
  data: z.string(),
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

/** The file manifest.json of a model folder: all the runtime needs to know. */
export const manifestSchema = z.strictObject({
  format: z.literal('pixellm-model'),
  version: z.literal(1),
  name: z.string(),
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
    codebook: z.array(tokenId).min(1),
    /** All of added_tokens.json: text to id. */
    added: z.record(z.string(), tokenId),
  }),
  /**
   * Texts that stand around what is said, white space included. A prompt is
   * system + user + <im_start>image<im_end> + '\n' + question + assistant; a further turn adds ' ' + answer + turnEnd + user + question + assistant.
   */
  conversation: z.strictObject({
    system: z.string(),
    user: z.string(),
    assistant: z.string(),
    turnEnd: z.string(),
  }),
  /** Longest sequence, image tokens and answer included. */
  contextLength: z.int().positive(),
  graphs: z.strictObject({
    vision: graphSchema,
    decoder: graphSchema,
    masks: graphSchema,
    /**
     * The decoder for providers that keep the cache in their own memory: present_key.i and present_value.i [P+S, H, D] instead of the new
     * rows alone. Shares the decoder's side file.
     */
    decoderGpu: graphSchema,
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
  files: z.array(fileSchema),
  weightLoss: z.array(weightLossSchema),
  answerLoss: answerLossSchema.nullable(),
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
export type AnswerLoss = z.infer<typeof answerLossSchema>;

/** Name of the manifest inside a model folder. Written last: a folder without it is not a model. */
export const manifestFileName = 'manifest.json';
