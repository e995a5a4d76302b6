import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { differenceOf, unionOf } from '../../../common/mask-algebra.ts';
import { areaOf, emptyRuns, type Runs } from '../../../common/runs.ts';
import { fileError } from '../../app/file-errors.ts';
import { reachesOut } from '../segmentation.ts';
import { decodedText } from '../decoded-text.ts';
import { drawAsOpencv } from './draw-as-opencv.ts';

/** One picture of ReasonSeg with what is asked of it: every text means the same one mask. */
export interface ReasonSegFile {
  readonly texts: readonly string[];
  /** Whole sentences, or the names of things. */
  readonly isSentence: boolean;
  readonly mask: Runs;
  /** Pixels that count for nobody. */
  readonly ignored: Runs;
  /** An outline reaches over the image's border, where it is cut. */
  readonly isCut: boolean;
}

const point = z.tuple([z.number(), z.number()]);
const file = z.object({
  text: z.union([z.array(z.string()), z.string().transform((text) => [text])]),
  is_sentence: z.boolean(),
  shapes: z.array(z.object({ label: z.string(), points: z.array(point).min(1) })),
});

/**
 * Reads `image.json` beside `image.jpg`. Shapes are painted the largest first, so that a smaller one lies on top; a label with "ignore" is what counts for nobody, "flag" means nothing.
 *
 * @param size of the picture: the file does not state it
 * @throws AppError 'bad-file', 'file-not-found', 'file-not-readable'
 * Source: dvlab-research/LISA utils/data_processing.py get_mask_from_json; electron/backend/formats/FORMATS.md section 10
 */
export async function readReasonSeg(path: string, size: Size): Promise<ReasonSegFile> {
  return reasonSegOf(await bytesOf(path), path, size);
}

/** @throws AppError 'bad-file' */
export function reasonSegOf(bytes: Uint8Array, path: string, size: Size): ReasonSegFile {
  const { data } = file.safeParse(parse(bytes));
  if (!data)
    throw new AppError('bad-file', `${path} is no ReasonSeg file: it has no text, is_sentence and shapes.`, {
      path,
    });
  const painted = data.shapes
    .filter(({ label }) => label.toLowerCase() !== 'flag')
    .map(({ label, points }, place) => ({
      isIgnored: label.toLowerCase().includes('ignore'),
      pixels: drawAsOpencv(points, size),
      place,
    }))
    // numpy's argsort turned round: of equal areas the later one comes first.
    .sort((a, b) => areaOf(b.pixels) - areaOf(a.pixels) || b.place - a.place);
  let mask = emptyRuns(size);
  let ignored = mask;
  for (const { isIgnored, pixels } of painted) {
    mask = isIgnored ? differenceOf(mask, pixels) : unionOf(mask, pixels);
    ignored = isIgnored ? unionOf(ignored, pixels) : differenceOf(ignored, pixels);
  }
  const isCut = data.shapes.some(({ points }) => reachesOut(points.flat(), size));
  return { texts: data.text, isSentence: data.is_sentence, mask, ignored, isCut };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
}

/** UTF-8, or else Windows-1252, as the original falls back to; what is no JSON is what the schema says of nothing. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodedText(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
