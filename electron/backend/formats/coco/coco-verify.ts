import type { ImageId, ImageRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { rleOf } from '../../../common/rle.ts';
import { areaOf, boxOf, type Runs } from '../../../common/runs.ts';
import { createBreather } from '../../app/breather.ts';
import type { FormatSource } from '../format.ts';
import type { NumberedCategory, Numbering } from '../numbering.ts';
import { isObject } from '../is-object.ts';
import { decodeSegmentation } from '../segmentation.ts';
import { readJsonItems } from '../json-items.ts';
import { PackedDigests } from '../packed-digests.ts';

/** What a reader of the written file must find of each annotation, in their order: 36 bytes each, since there may be a million. */
export class ExpectedAnnotations {
  readonly #images: number[] = [];
  readonly #categories: number[] = [];
  readonly #masks = new PackedDigests();

  get length(): number {
    return this.#masks.length;
  }

  add({
    image,
    category,
    mask,
  }: {
    readonly image: number;
    readonly category: number;
    readonly mask: Runs;
  }): void {
    this.#images.push(image);
    this.#categories.push(category);
    this.#masks.add(rleOf(mask).counts);
  }

  /** Null past the last one. */
  filedAt(index: number): { readonly image: number; readonly category: number } | null {
    const [image, category] = [this.#images[index], this.#categories[index]];
    return image === undefined || category === undefined ? null : { image, category };
  }

  hasMaskAt(index: number, mask: Runs): boolean {
    return this.#masks.isAt(index, rleOf(mask).counts);
  }
}

interface Expectations {
  readonly images: readonly ImageRecord[];
  readonly names: ReadonlyMap<ImageId, string>;
  readonly numbering: Numbering;
  readonly expected: ExpectedAnnotations;
}

/**
 * Reads a written COCO file again, as the import would, and compares it with what was meant, masks pixel for pixel.
 *
 * @returns every difference in words; empty when the file is as it should be
 */
export async function verifyCoco(
  { images, names, numbering, expected }: Expectations,
  source: FormatSource,
  { signal, onAnnotation }: { readonly signal: AbortSignal; readonly onAnnotation: () => void },
): Promise<string[]> {
  const problems: string[] = [];
  const sizes = new Map(images.map((image) => [numbering.imageNumber(image), image]));
  const breathe = createBreather(signal);
  const found = { images: 0, categories: 0, annotations: 0 };
  try {
    for await (const items of readJsonItems(source, { signal })) {
      for (const { key, value } of items) {
        await breathe();
        if (key === 'images') problems.push(...imageProblem(value, sizes, names, ++found.images));
        else if (key === 'categories') {
          problems.push(...categoryProblem(value, numbering.categories[found.categories++]));
        } else if (key === 'annotations') {
          problems.push(...annotationProblem(value, expected, found.annotations++, sizes));
          onAnnotation();
        }
      }
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [...problems, error.message];
  }
  const meant = {
    images: images.length,
    categories: numbering.categories.length,
    annotations: expected.length,
  };
  for (const what of ['images', 'categories', 'annotations'] as const) {
    if (found[what] !== meant[what]) problems.push(`${found[what]} ${what} instead of ${meant[what]}`);
  }
  return problems;
}

function imageProblem(
  value: unknown,
  sizes: ReadonlyMap<number, ImageRecord>,
  names: ReadonlyMap<ImageId, string>,
  place: number,
): string[] {
  const image = isObject(value) ? sizes.get(value['id'] as number) : undefined;
  const isSame =
    isObject(value) &&
    value['width'] === image?.width &&
    value['height'] === image?.height &&
    image !== undefined &&
    value['file_name'] === names.get(image.id);
  return isSame ? [] : [`image ${place} is not as written`];
}

function categoryProblem(value: unknown, meant: NumberedCategory | undefined): string[] {
  const isSame = isObject(value) && value['id'] === meant?.id && value['name'] === meant?.name;
  return isSame ? [] : [`category ${meant?.name ?? 'without a name'} is not as written`];
}

function annotationProblem(
  value: unknown,
  expected: ExpectedAnnotations,
  index: number,
  sizes: ReadonlyMap<number, ImageRecord>,
): string[] {
  const meant = expected.filedAt(index);
  const image = meant && sizes.get(meant.image);
  if (!meant || !image || !isObject(value)) return ['an annotation too many'];
  const number = index + 1;
  const isFiled =
    value['id'] === number && value['image_id'] === meant.image && value['category_id'] === meant.category;
  if (!isFiled) return [`annotation ${number} is filed wrongly`];
  const { mask, damagedParts } = decodeSegmentation(value['segmentation'], image);
  const isSameMask = damagedParts.length === 0 && expected.hasMaskAt(index, mask);
  if (!isSameMask) return [`annotation ${number} has other pixels`];
  const isMeasured =
    value['area'] === areaOf(mask) && JSON.stringify(value['bbox']) === JSON.stringify(boxOf(mask));
  return isMeasured ? [] : [`annotation ${number} has a wrong area or box`];
}
