import { lenientGuard } from './a-write-guard.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
  CategoryRecord,
  Diff,
  ImageId,
  ImageRecord,
} from '../../electron/common/document/records.ts';
import { RecordSpool } from '../../electron/backend/project/record-spool.ts';
import type {
  ExportJob,
  ImportJob,
  ImportOutcome,
  ProjectContents,
} from '../../electron/backend/formats/format.ts';
import * as records from './records.ts';
import { rleOf } from '../../electron/common/rle.ts';
import { areaOf, boxOf, type Runs } from '../../electron/common/runs.ts';

/** Builders of project records with sensible contents; name only what the test is about. */
const when = '2026-11-22T12:00:00.000Z';

export function anImage(number: number, fields: Partial<ImageRecord> = {}): ImageRecord {
  return records.anImage({
    id: `image-${number}` as ImageId,
    name: `photo-${number}.jpg`,
    source: { kind: 'linked', path: `/photos/photo-${number}.jpg` },
    sha256: number.toString(16).padStart(64, '0'),
    ...{ width: 12, height: 10, order: number },
    ...fields,
  });
}

export function aCategory(
  number: number,
  name: string,
  fields: Partial<CategoryRecord> = {},
): CategoryRecord {
  return records.aCategory({
    id: `category-${number}` as CategoryId,
    name,
    order: number,
    ...fields,
  });
}

export function anAnnotation(
  number: number,
  mask: Runs,
  fields: Partial<AnnotationRecord> = {},
): AnnotationRecord {
  return records.anAnnotation({
    id: `annotation-${number}` as AnnotationId,
    imageId: 'image-1' as ImageId,
    categoryId: 'category-1' as CategoryId,
    name: `target ${number}`,
    mask: rleOf(mask),
    bbox: boxOf(mask),
    area: areaOf(mask),
    colour: '#e69f00',
    order: number,
    ...fields,
  });
}

/** A project whose masks are in memory. */
export type ContentsAtHand = ProjectContents & { readonly annotations: readonly AnnotationRecord[] };

export function aProject(fields: Partial<ContentsAtHand> = {}): ContentsAtHand {
  return {
    name: 'A project',
    images: [anImage(1)],
    categories: [aCategory(1, 'cup')],
    annotations: [],
    turns: [],
    targets: [],
    ...fields,
  };
}

export function anExport(
  contents: ProjectContents,
  path: string,
  fields: Partial<ExportJob> = {},
): ExportJob {
  return {
    contents,
    imageIds: null,
    options: {},
    path,
    guard: lenientGuard,
    loadImage: (image) =>
      Promise.resolve({
        width: image.width,
        height: image.height,
        data: new Uint8Array(image.width * image.height * 3).fill(100),
      }),
    pathOf: () => null,
    signal: new AbortController().signal,
    ...fields,
  };
}

export function anImport(
  contents: ProjectContents,
  source: ImportJob['source'],
  fields: Partial<ImportJob> = {},
): ImportJob {
  let made = 0;
  return {
    contents,
    source,
    categoryMap: {},
    options: {},
    pathOf: (image) => (image.source.kind === 'linked' ? image.source.path : null),
    lookIn: [],
    newId: () => `new-${++made}`,
    spool: new RecordSpool(),
    now: new Date(when),
    signal: new AbortController().signal,
    ...fields,
  };
}

/** Runs a job to its end and hands back its outcome, an import's change as a diff. */
export async function outcomeOf<T>(job: AsyncGenerator<unknown, T>): Promise<WithDiff<T>> {
  for (;;) {
    const step = await job.next();
    if (!step.done) continue;
    const outcome = step.value as T & Partial<Pick<ImportOutcome, 'diff'>>; // an export's has none
    const { diff } = outcome;
    const whole = diff && { added: [...diff.added], changed: diff.changed, removed: [] };
    return { ...outcome, ...(whole ? { diff: whole } : {}) } as WithDiff<T>; // just made so
  }
}

/** An import's outcome with all that it adds at hand. */
export type ImportedAtHand = WithDiff<ImportOutcome>;

type WithDiff<T> = T extends { readonly diff: unknown } ? Omit<T, 'diff'> & { readonly diff: Diff } : T;

export function bytesOf(value: unknown): { kind: 'bytes'; name: string; data: Uint8Array } {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { kind: 'bytes', name: 'file.json', data: new TextEncoder().encode(text) };
}
