import { isSameRecord } from './diff.ts';
import { noRecords, standing, type Document } from './document.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
  CategoryRecord,
  Diff,
  Entity,
  ImageId,
  ImageRecord,
  TargetId,
  TargetRecord,
  TurnId,
  TurnRecord,
} from './records.ts';
import { referencesOf } from './pointers.ts';
import { carryViews } from './views.ts';
import { assertNever } from '../errors.ts';

/**
 * The document after `diff`, with whatever else the object holds. Only the maps of the kinds it touches are copied. It does not look
 * for conflicts: the store does (project.commit), and a refused change is followed by a fresh snapshot.
 */
export function applyToDocument<D extends Document>(document: D, diff: Diff): D {
  const copies = new Copies(document);
  for (const record of diff.removed) copies.delete(record);
  for (const [, after] of diff.changed) copies.set(after);
  for (const record of diff.added) copies.set(record);
  const after = { ...document, ...copies.document() };
  carryViews(document, after, diff);
  return after;
}

/** The records by kind, in the order in which they come. */
export function documentOfRecords(records: Iterable<Entity>): Document {
  const copies = new Copies(noRecords);
  for (const record of records) copies.set(record);
  return copies.document();
}

/** A document whose records come in parts. */
export interface GrowingDocument {
  add(records: Iterable<Entity>): void;
  /** What has come until now, as a document that stays as it is. */
  soFar(): Document;
  /** All of it; nothing may be added any more. */
  whole(): Document;
}

export function growingDocument(): GrowingDocument {
  const copies = new Copies(noRecords);
  return {
    add(records) {
      for (const record of records) copies.set(record);
    },
    soFar() {
      const { images, categories, annotations, turns, targets } = copies.document();
      return {
        images: new Map(images),
        categories: new Map(categories),
        annotations: new Map(annotations),
        turns: new Map(turns),
        targets: new Map(targets),
      };
    },
    whole: () => copies.document(),
  };
}

/**
 * The first record that keeps `diff` from being applied: one that it changes or removes and that stands otherwise, one that it adds
 * and that is there, one that goes on pointing to what it removes. Null when it fits.
 */
export function firstObstacle(document: Document, diff: Diff): Obstacle | null {
  for (const before of [...diff.changed.map(([before]) => before), ...diff.removed]) {
    const now = standing(document, before);
    if (now === undefined) return { why: 'gone', record: before };
    if (!isSameRecord(now, before)) return { why: 'changed', record: now };
  }
  for (const record of diff.added) {
    if (standing(document, record) !== undefined) return { why: 'there-already', record };
  }
  return firstPointerLeft(document, diff);
}

export interface Obstacle {
  readonly why: 'gone' | 'changed' | 'there-already' | 'in-use';
  /** For 'in-use' the record that is pointed to. */
  readonly record: Entity;
}

export function isApplicable(document: Document, diff: Diff): boolean {
  return firstObstacle(document, diff) === null;
}

/** A record that is to go while another, which stays, points to it; the same for an added or changed one that points to nothing. */
function firstPointerLeft(document: Document, diff: Diff): Obstacle | null {
  const gone = new Map<string, Entity>(diff.removed.map((record) => [record.id, record]));
  const replaced = new Set<string>([...gone.keys(), ...diff.changed.map(([{ id }]) => id)]);
  if (gone.size > 0) {
    for (const kind of [document.annotations, document.turns, document.targets]) {
      for (const record of kind.values()) {
        if (replaced.has(record.id)) continue;
        const to = referencesOf(record).find((id) => gone.has(id));
        const meant = to === undefined ? undefined : gone.get(to);
        if (meant !== undefined) return { why: 'in-use', record: meant };
      }
    }
  }
  const isThere = (id: string): boolean => !gone.has(id) && (added.has(id) || hasRecord(document, id));
  const added = new Set<string>(diff.added.map(({ id }) => id));
  for (const record of diff.added) {
    if (!referencesOf(record).every(isThere)) return { why: 'gone', record };
  }
  for (const [before, after] of diff.changed) {
    const known = new Set(referencesOf(before).filter((id) => !gone.has(id)));
    if (!referencesOf(after).every((id) => known.has(id) || isThere(id)))
      return { why: 'gone', record: after };
  }
  return null;
}

function hasRecord(document: Document, id: string): boolean {
  // Ids are branded by kind; here one of any kind is looked for.
  const maps: readonly ReadonlyMap<string, Entity>[] = [
    document.images,
    document.categories,
    document.annotations,
    document.turns,
  ];
  return maps.some((map) => map.has(id));
}

/** Copy-on-write over the five maps while one diff is applied. */
class Copies {
  readonly #original: Document;
  #images: Map<ImageId, ImageRecord> | null = null;
  #categories: Map<CategoryId, CategoryRecord> | null = null;
  #annotations: Map<AnnotationId, AnnotationRecord> | null = null;
  #turns: Map<TurnId, TurnRecord> | null = null;
  #targets: Map<TargetId, TargetRecord> | null = null;

  constructor(original: Document) {
    this.#original = original;
  }

  set(record: Entity): void {
    switch (record.kind) {
      case 'image':
        (this.#images ??= new Map(this.#original.images)).set(record.id, record);
        break;
      case 'category':
        (this.#categories ??= new Map(this.#original.categories)).set(record.id, record);
        break;
      case 'annotation':
        (this.#annotations ??= new Map(this.#original.annotations)).set(record.id, record);
        break;
      case 'turn':
        (this.#turns ??= new Map(this.#original.turns)).set(record.id, record);
        break;
      case 'target':
        (this.#targets ??= new Map(this.#original.targets)).set(record.id, record);
        break;
      default:
        assertNever(record);
    }
  }

  delete(record: Entity): void {
    switch (record.kind) {
      case 'image':
        (this.#images ??= new Map(this.#original.images)).delete(record.id);
        break;
      case 'category':
        (this.#categories ??= new Map(this.#original.categories)).delete(record.id);
        break;
      case 'annotation':
        (this.#annotations ??= new Map(this.#original.annotations)).delete(record.id);
        break;
      case 'turn':
        (this.#turns ??= new Map(this.#original.turns)).delete(record.id);
        break;
      case 'target':
        (this.#targets ??= new Map(this.#original.targets)).delete(record.id);
        break;
      default:
        assertNever(record);
    }
  }

  document(): Document {
    return {
      images: this.#images ?? this.#original.images,
      categories: this.#categories ?? this.#original.categories,
      annotations: this.#annotations ?? this.#original.annotations,
      turns: this.#turns ?? this.#original.turns,
      targets: this.#targets ?? this.#original.targets,
    };
  }
}
