import { z } from 'zod';
import { imagePoint } from '../../electron/common/geometry.ts';
import {
  type AnnotationRecord,
  type Diff,
  type ImageRecord,
  colourSchema,
  rleSchema,
} from '../../electron/common/document/records.ts';
import { moveMask } from '../../electron/common/mask-region.ts';
import { nextColour } from '../../electron/common/palette.ts';
import { runsOf } from '../../electron/common/rle.ts';
import { type Runs, isEmptyMask } from '../../electron/common/runs.ts';
import { newTarget } from './mask-edit.ts';

/** Copied targets travel as text, so that they can go to another image, window or project. */
const copiedTargets = z.object({
  pixellm: z.literal('targets'),
  imageId: z.string(),
  targets: z
    .array(z.object({ name: z.string().max(4096), colour: colourSchema, mask: rleSchema }))
    .min(1)
    .max(5_000),
});
export type CopiedTargets = z.infer<typeof copiedTargets>;

export function copyOf(image: ImageRecord, records: readonly AnnotationRecord[]): CopiedTargets {
  const targets = records.map(({ name, colour, mask }) => ({ name, colour, mask }));
  return { pixellm: 'targets', imageId: image.id, targets };
}

export function clipboardText(copied: CopiedTargets): string {
  return JSON.stringify(copied);
}

/** Null when the text is anything else: pasting other text is no error. */
export function fromClipboardText(text: string): CopiedTargets | null {
  if (!text.startsWith('{"pixellm":"targets"')) return null;
  try {
    return copiedTargets.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** A diff that adds targets. */
interface AddingDiff extends Omit<Diff, 'added'> {
  readonly added: readonly AnnotationRecord[];
}

export interface Pasting {
  readonly diff: AddingDiff;
  /** Targets of which no pixel lies inside this image. */
  readonly outside: number;
}

/**
 * The copied targets on an image: at the same pixels, cut at its border; on the image they came from a little
 * lower and to the right, so that one sees them.
 *
 * @throws AppError 'bad-rle' for a damaged mask
 */
export function pasted(
  image: ImageRecord,
  others: readonly AnnotationRecord[],
  copied: CopiedTargets,
): Pasting {
  const isSameImage = copied.imageId === image.id;
  const shift = isSameImage ? Math.max(1, Math.round(Math.min(image.width, image.height) / 50)) : 0;
  const used = others.map(({ colour }) => colour);
  const added: AnnotationRecord[] = [];
  for (const target of copied.targets) {
    const runs: Runs = moveMask(runsOf(target.mask), imagePoint({ x: shift, y: shift }), image);
    if (isEmptyMask(runs)) continue;
    const colour = isSameImage ? nextColour(used) : target.colour;
    used.push(colour);
    added.push(newTarget(image, [...others, ...added], runs, { name: target.name, colour }));
  }
  return { diff: { added, changed: [], removed: [] }, outside: copied.targets.length - added.length };
}
