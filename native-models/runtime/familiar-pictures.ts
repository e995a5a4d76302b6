import { join } from 'node:path';
import { z } from 'zod';
import { readSmallFile } from '../regular-file.ts';
import type { ImageFeatures } from './image-features.ts';

/** Beside a model that knows a small world: how its own pictures look to it. `native-models/training/familiar_pictures.py` writes it. */
export const familiarPicturesFile = 'familiar-pictures.json';
const largestFile = 4 * 2 ** 20;

const familiarSchema = z.object({
  /** Mean over pictures of the mean image token, [hidden]. */
  mean: z.array(z.number()).min(1),
  /** Directions in which its own pictures differ most, each [hidden] of length 1. */
  axes: z.array(z.array(z.number())),
  /** Variance along each axis, and along every other direction. */
  variances: z.array(z.number().positive()),
  restVariance: z.number().positive(),
  /** Squared Mahalanobis distance that nearly all of its own pictures stay under. */
  limit: z.number().positive(),
});
export type FamiliarPictures = z.infer<typeof familiarSchema>;

/**
 * Null where the model does not say, and where the file is none of this model's: without it questions are answered all the same.
 *
 * @param hidden  length of an image token
 */
export async function readFamiliarPictures(folder: string, hidden: number): Promise<FamiliarPictures | null> {
  try {
    const path = join(folder, familiarPicturesFile);
    const bytes = await readSmallFile(path, { mostBytes: largestFile, code: 'model-damaged' });
    const familiar = familiarSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const fits = [familiar.mean, ...familiar.axes].every(({ length }) => length === hidden);
    return fits && familiar.axes.length === familiar.variances.length ? familiar : null;
  } catch {
    return null;
  }
}

/**
 * How far a picture lies from those the model was trained on, by the mean of its image tokens: over 1 it is foreign. The squared Mahalanobis
 * distance under a covariance of some axes and one variance for the rest, in units of the limit.
 */
export function unfamiliarity(
  { mean, axes, variances, restVariance, limit }: FamiliarPictures,
  { tokens, keptTokens }: Pick<ImageFeatures, 'tokens' | 'keptTokens'>,
): number {
  const away = meanToken(tokens, keptTokens).map((value, index) => value - (mean[index] ?? 0));
  const along = axes.map((axis) => dot(axis, away));
  const onAxes = along.map((length, index) => length ** 2 * (1 / (variances[index] ?? 1) - 1 / restVariance));
  return (onAxes.reduce((sum, part) => sum + part, 0) + dot(away, away) / restVariance) / limit;
}

/** Of the tokens that hold some of the picture. */
function meanToken(tokens: Float32Array, kept: readonly boolean[]): number[] {
  const hidden = tokens.length / kept.length;
  const sum = Array.from({ length: hidden }, () => 0);
  const rows = kept.flatMap((isKept, row) => (isKept ? [row] : []));
  for (const row of rows)
    for (let column = 0; column < hidden; column++)
      sum[column] = (sum[column] ?? 0) + (tokens[row * hidden + column] ?? 0);
  return sum.map((value) => value / rows.length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
