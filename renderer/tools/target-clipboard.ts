import { z } from 'zod';
import { nameKey } from '../../electron/common/document/class-names.ts';
import type { Document } from '../../electron/common/document/document.ts';
import { withLabels } from '../../electron/common/document/label-set.ts';
import { categoriesInOrder } from '../../electron/common/document/views.ts';
import { imagePoint } from '../../electron/common/geometry.ts';
import {
  type AnnotationRecord,
  type Diff,
  type ImageRecord,
  annotationRecord,
  categoryRecord,
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
    .array(
      z.object({
        name: z.string().max(4096),
        /** The name of its class: another project has other ids. */
        className: categoryRecord.unwrap().shape.name.nullish(),
        attributes: annotationRecord.unwrap().shape.attributes.optional(),
        colour: colourSchema,
        autoColour: z.boolean().optional(),
        mask: rleSchema,
      }),
    )
    .min(1)
    .max(5_000),
});
export type CopiedTargets = z.infer<typeof copiedTargets>;

export function copyOf(
  image: ImageRecord,
  records: readonly AnnotationRecord[],
  classes: Document['categories'],
): CopiedTargets {
  const targets = records.map(({ name, categoryId, attributes, colour, autoColour = false, mask }) => ({
    name,
    className: categoryId === null ? null : (classes.get(categoryId)?.name ?? null),
    attributes,
    colour,
    autoColour,
    mask,
  }));
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

export interface Pasting {
  /** With the classes that the project did not have. */
  readonly diff: Diff;
  readonly added: readonly AnnotationRecord[];
  /** Targets of which no pixel lies inside this image. */
  readonly outside: number;
}

/** Where copied targets go: the image with its targets, lowest first, and the project's classes. */
interface PastePlace {
  readonly image: ImageRecord;
  readonly others: readonly AnnotationRecord[];
  readonly classes: Document['categories'];
}

/**
 * The copied targets on an image: at the same pixels, cut at its border; on the image they came from a little
 * lower and to the right, so that one sees them. They keep their class, which is made where the project has none of that name.
 *
 * @throws AppError 'bad-rle' for a damaged mask
 */
export function pasted({ image, others, classes }: PastePlace, copied: CopiedTargets): Pasting {
  const isSameImage = copied.imageId === image.id;
  const shift = isSameImage ? Math.max(1, Math.round(Math.min(image.width, image.height) / 50)) : 0;
  const used = others.map(({ colour }) => colour);
  const added: AnnotationRecord[] = [];
  const labels = copied.targets.map(({ className }) => ({ name: className ?? '' }));
  const made = withLabels({ categories: classes }, labels).added.filter(
    (record) => record.kind === 'category',
  );
  const byName = new Map(
    [...categoriesInOrder(classes), ...made].toReversed().map(({ id, name }) => [nameKey(name), id]),
  );
  for (const target of copied.targets) {
    const runs: Runs = moveMask(runsOf(target.mask), imagePoint({ x: shift, y: shift }), image);
    if (isEmptyMask(runs)) continue;
    const colour = isSameImage ? nextColour(used) : target.colour;
    used.push(colour);
    const { name, className = null, attributes = {} } = target;
    const categoryId = byName.get(nameKey(className ?? '')) ?? null;
    const given = {
      name,
      categoryId,
      attributes,
      colour,
      autoColour: isSameImage || target.autoColour === true,
    };
    added.push(newTarget(image, [...others, ...added], runs, given));
  }
  const diff = { added: [...made, ...added], changed: [], removed: [] };
  return { diff, added, outside: copied.targets.length - added.length };
}
