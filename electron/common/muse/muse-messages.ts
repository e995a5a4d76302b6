import { z } from 'zod';
import { imageId, turnId } from '../document/records.ts';
import { pathText, shortText } from '../limits.ts';

/** Messages of the MUSE workbench: the endpoint a person set up, and questions generated with it. */

const addressText = z.string().trim().min(1).max(2000);

const endpointSettings = z.object({
  /** With or without /v1; http(s). */
  baseUrl: addressText,
  model: shortText.min(1),
  /** Whether its model sees pictures. */
  vision: z.boolean(),
});

export const endpointInfo = z
  .object({
    ...endpointSettings.shape,
    /** Where its key lies; null without one. The key itself never comes back. */
    key: z.enum(['keychain', 'file', 'environment']).nullable(),
  })
  .nullable();
export type EndpointInfo = z.infer<typeof endpointInfo>;

export const endpointSetInput = z.object({
  ...endpointSettings.shape,
  /** Null keeps the key that is there for this server; '' forgets it. */
  key: z.string().max(10_000).nullable(),
});

/** A key for this server until the app ends; kept nowhere. */
export const endpointLendInput = z.object({ baseUrl: addressText, key: z.string().min(1).max(10_000) });

export const generateInput = z.object({
  /** Null: all images of the project. */
  imageIds: z.array(imageId).min(1).max(100_000).nullable(),
  perImage: z.int().min(1).max(50),
  /** Null: the one that is set up. Only the command line may name another. */
  endpoint: endpointSettings.nullable().default(null),
  concurrency: z.int().min(1).max(64).default(2),
  /** Requests a minute; null for as many as there are. */
  perMinute: z.number().min(0.01).max(100_000).nullable().default(null),
  timeoutMs: z.int().min(100).max(3_600_000).default(120_000),
  language: z.string().trim().min(1).max(100).default('English'),
});

export const generationEstimate = z.object({
  requests: z.int(),
  /** Images without an accepted mask with a name: nothing is asked about them. */
  skippedImages: z.int(),
  /** About. */
  promptTokens: z.number(),
  completionTokens: z.number(),
  /** The first request as it would go out, pictures shortened; null when nothing would. */
  firstPrompt: z.string().nullable(),
  /** What leaves this machine and where to, in words. */
  sends: z.string(),
});
export type GenerationEstimate = z.infer<typeof generationEstimate>;

/** Null: the project that is open. */
export const museSource = z.object({ path: pathText.nullable() });

export const lintReport = z.object({
  images: z.int(),
  questions: z.int(),
  /** Questions without a finding of their own. */
  sound: z.int(),
  /** Rule -> how often. */
  counts: z.record(z.string(), z.int()).readonly(),
  /** The first thousand. */
  findings: z
    .array(
      z.object({
        rule: z.string(),
        message: z.string(),
        where: z.string(),
        /** Where it is in the project; null for a file. */
        at: z.object({ imageId, turnId }).nullable(),
      }),
    )
    .readonly(),
});
export type LintReport = z.infer<typeof lintReport>;

/** A count of something for each value it takes, in the order to show. */
const series = z.object({
  id: z.string(),
  title: z.string(),
  /** What a bar counts. */
  unit: z.string(),
  bars: z.array(z.object({ label: z.string(), count: z.int() })).readonly(),
  /** Of the values themselves; null where they are names. */
  mean: z.number().nullable(),
});
export type Series = z.infer<typeof series>;

export const museStatistics = z.object({
  name: z.string(),
  images: z.int(),
  questions: z.int(),
  targets: z.int(),
  series: z.array(series).readonly(),
});
export type Statistics = z.infer<typeof museStatistics>;

const share = z.number().min(0).max(1e6);
export const splitInput = z.object({
  train: share,
  val: share,
  test: share,
  seed: z
    .int()
    .min(0)
    .max(2 ** 31),
});
export const splitDone = z.object({
  revision: z.int(),
  counts: z.object({ train: z.int(), val: z.int(), test: z.int() }),
});
