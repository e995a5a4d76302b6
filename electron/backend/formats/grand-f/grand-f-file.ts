import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { runsOf } from '../../../common/rle.ts';
import { unionOfAll } from '../../../common/mask-algebra.ts';
import type { Rle } from '../../../common/document/records.ts';
import type { Runs } from '../../../common/runs.ts';
import type { FormatSource, LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { createFieldNotes } from '../other-fields.ts';
import { readJsonItems } from '../json-items.ts';

/** A caption whose phrases have masks: one record of GranD-f's training files, or of a GCG prediction. */
export interface GrandEntry {
  readonly image: string;
  readonly caption: string;
  /** In the order of their places in the caption. */
  readonly phrases: readonly GrandPhrase[];
  /** Of the masks; null where there is none. */
  readonly size: Size | null;
}

export interface GrandPhrase {
  readonly phrase: string;
  /** Offsets into the caption, the end exclusive; null where the file does not say. */
  readonly place: readonly [number, number] | null;
  /** All masks of the phrase as one. */
  readonly mask: Runs;
}

/**
 * Record after record. Known forms: GranD-f `{file_name, caption, groundings: {phrase: {token_positives, rle_masks}}}` as a list, and predictions
 * `{image: {caption, phrases, pred_masks}}`. What cannot be used is left out and said.
 *
 * @throws AppError 'bad-file' when it is neither, and as readJsonItems
 * Source: mbzuai-oryx/groundingLMM dataset/gcg_datasets/GranDf_gcg_ds.py, eval/gcg/infer.py; electron/backend/formats/FORMATS.md section 11
 */
export async function* readGrandF(
  source: FormatSource,
  { losses, signal }: { readonly losses: LossList; readonly signal: AbortSignal },
): AsyncGenerator<GrandEntry> {
  let found = 0;
  const note = createFieldNotes(losses, 'records', known);
  for await (const items of readJsonItems(source, { signal })) {
    for (const { key, index, value } of items) {
      const where = key ?? `record ${index ?? 0}`;
      const entry = isObject(value) ? entryOf(value, key, losses, where) : null;
      if (!entry) {
        losses.add('Records left out: they have no caption', where);
        continue;
      }
      found++;
      if (isObject(value)) note(value);
      yield entry;
    }
  }
  if (found === 0)
    throw new AppError('bad-file', 'This is no GranD-f file: no record has a caption with phrases.');
}

const known = new Set([
  ...['file_name', 'image_id', 'height', 'width', 'caption', 'groundings', 'phrases', 'pred_masks'],
]);

function entryOf(
  value: Readonly<Record<string, unknown>>,
  key: string | null,
  losses: LossList,
  where: string,
): GrandEntry | null {
  const { caption, file_name: fileName, image_id: imageId } = value;
  const image =
    typeof fileName === 'string' ? fileName : (key ?? (typeof imageId === 'string' ? imageId : ''));
  if (typeof caption !== 'string' || image === '') return null;
  const phrases = isObject(value['groundings'])
    ? groundedPhrases(value['groundings'], losses, where)
    : predictedPhrases(value, losses, where);
  const first = phrases[0]?.mask;
  const size = first ? { width: first.width, height: first.height } : null;
  const ordered = phrases.toSorted((a, b) => (a.place?.[0] ?? 0) - (b.place?.[0] ?? 0));
  return { image, caption, phrases: ordered, size };
}

function groundedPhrases(
  groundings: Readonly<Record<string, unknown>>,
  losses: LossList,
  where: string,
): GrandPhrase[] {
  return Object.entries(groundings).flatMap(([phrase, grounding]) => {
    if (!isObject(grounding)) return [];
    const mask = maskOf(grounding['rle_masks'], losses, `${where}: ${phrase}`);
    const positives = grounding['token_positives'];
    const [start, end] = Array.isArray(positives) ? positives : [];
    const place = typeof start === 'number' && typeof end === 'number' ? ([start, end] as const) : null;
    return mask ? [{ phrase, place, mask }] : [];
  });
}

function predictedPhrases(
  value: Readonly<Record<string, unknown>>,
  losses: LossList,
  where: string,
): GrandPhrase[] {
  const [phrases, masks] = [value['phrases'], value['pred_masks']].map((list) =>
    Array.isArray(list) ? list : [],
  );
  return (masks ?? []).flatMap((written, index) => {
    const phrase = phrases?.[index];
    const mask = maskOf([written], losses, where);
    return mask ? [{ phrase: typeof phrase === 'string' ? phrase : '', place: null, mask }] : [];
  });
}

function maskOf(masks: unknown, losses: LossList, where: string): Runs | null {
  const runs = (Array.isArray(masks) ? masks : []).flatMap((rle) => {
    try {
      return isRle(rle) ? [runsOf(rle)] : [];
    } catch (error) {
      if (error instanceof AppError) return [];
      throw error;
    }
  });
  const [first] = runs;
  if (!first || runs.length !== (masks as readonly unknown[]).length) {
    losses.add('Phrases left out: a mask of theirs cannot be read', where);
    return null;
  }
  if (runs.length > 1) losses.add('Phrases of several masks: each is one target', where);
  return unionOfAll(runs, first);
}

function isRle(value: unknown): value is Rle {
  if (!isObject(value)) return false;
  const { size, counts } = value;
  return (
    typeof counts === 'string' && Array.isArray(size) && size.length === 2 && size.every(Number.isInteger)
  );
}
