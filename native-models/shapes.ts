import { z } from 'zod';
import { precisions, providerRequests, providers } from './names.ts';

/**
 * What the engine tells of itself that travels on: to another process, to a window, into a project. Said once, here: the engine's own types and the
 * app's messages are made of it.
 */

/** Where an image lies in the network's square: its top left corner is the square's. */
export const placementSchema = z.object({
  /** Pixels of a side of the square. */
  side: z.number(),
  resizedWidth: z.number(),
  resizedHeight: z.number(),
});
export type Placement = Readonly<z.infer<typeof placementSchema>>;

/** What an answer takes with a provider. */
export const measuredProviderSchema = z.object({
  provider: z.enum(providers),
  answerMs: z.number().min(0),
  tokenMs: z.number().min(0),
  /** Whether it was measured to the end; else it had lost by then, and the figures are the least it would take. */
  isWhole: z.boolean(),
});
export type MeasuredProvider = Readonly<z.infer<typeof measuredProviderSchema>>;

const providerAttempt = z.object({
  provider: z.enum(providers),
  ok: z.boolean(),
  reason: z.string().nullable(),
});
export type ProviderAttempt = Readonly<z.infer<typeof providerAttempt>>;

/** What the model runs on, and why. */
export const deviceReportSchema = z.object({
  provider: z.enum(providers),
  requested: z.enum(providerRequests),
  /** Why this one, where there was something to choose or to miss; null when nothing needs saying. */
  reason: z.string().nullable(),
  tried: z.array(providerAttempt).readonly(),
  /** The figures an automatic choice rests on, fastest first; empty where nothing was to be chosen. */
  measured: z.array(measuredProviderSchema).readonly(),
  precision: z.enum(precisions),
  threads: z.int(),
  /** Weights in memory, the key/value cache at its longest included. */
  memoryBytes: z.number(),
});
export type DeviceReport = Readonly<z.infer<typeof deviceReportSchema>>;

/** What there is to compute with on this machine, and what is missing by name. */
export const gpuReportSchema = z.object({
  cards: z.array(z.object({ name: z.string(), totalBytes: z.number(), freeBytes: z.number() })),
  /** NVIDIA's driver, and the Vulkan drivers by name. */
  nvidiaDriver: z.string().nullable(),
  vulkanDrivers: z.array(z.string()),
  providers: z.array(
    z.object({
      provider: z.enum(providers),
      /** Why it cannot be used as things are; null when nothing is known to be missing. */
      problem: z.string().nullable(),
      /** Libraries that are missing, by name. */
      missing: z.array(z.string()),
      /** What to do about it. */
      advice: z.string().nullable(),
    }),
  ),
  /** Folders of a Python environment that hold libraries CUDA lacks here: for LD_LIBRARY_PATH. */
  pythonFolders: z.array(z.string()),
});
export type GpuReport = Readonly<z.infer<typeof gpuReportSchema>>;
export type ProviderReport = GpuReport['providers'][number];

/** What an answer cost. */
export const answerStatsSchema = z.object({
  firstTokenMs: z.number(),
  totalMs: z.number(),
  /** 0 when the image was known. */
  visionMs: z.number(),
  newTokens: z.number(),
  /** Cells of the prompt that were still there from the last question. */
  reusedTokens: z.number(),
  /** After the first token; mask drawing not counted. 0 for an answer of one token. */
  tokensPerSecond: z.number(),
  /** Milliseconds from the question to each target's mask. */
  maskMs: z.array(z.number()).readonly(),
});
export type AnswerCost = Readonly<z.infer<typeof answerStatsSchema>>;

/** What a pair of SAM-like files is, for a person and for the tool that asks it. */
export const segmenterDescriptionSchema = z.object({
  family: z.enum(['sam', 'sam-hq', 'sam-separate', 'efficient-sam', 'sam-2', 'sam-3']),
  /** Its name in words. */
  words: z.string(),
  /** Pixels of the square that a picture is looked at in. */
  side: z.number(),
  takesBoxes: z.boolean(),
  /** Whether a point may lie beside the object. */
  takesOutside: z.boolean(),
});
export type SegmenterDescription = Readonly<z.infer<typeof segmenterDescriptionSchema>>;
