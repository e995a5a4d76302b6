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
} from '../../electron/common/document/records.ts';
import type { ProjectInfo, Snapshot } from '../../electron/common/contract.ts';
import { assertNever } from '../../electron/common/errors.ts';

/** The open project as this window believes it to be. Maps are replaced, never mutated. */
export interface DocumentState {
  /** Null on the start screen. */
  readonly project: ProjectInfo | null;
  readonly revision: number;
  readonly images: ReadonlyMap<ImageId, ImageRecord>;
  readonly categories: ReadonlyMap<CategoryId, CategoryRecord>;
  readonly annotations: ReadonlyMap<AnnotationId, AnnotationRecord>;
  readonly turns: ReadonlyMap<TurnId, TurnRecord>;
  readonly targets: ReadonlyMap<TargetId, TargetRecord>;
}

export const emptyDocument: DocumentState = {
  project: null,
  revision: 0,
  images: new Map(),
  categories: new Map(),
  annotations: new Map(),
  turns: new Map(),
  targets: new Map(),
};

export function documentOf(snapshot: Snapshot): DocumentState {
  const added = { added: snapshot.entities, changed: [], removed: [] };
  return {
    ...applyToDocument(emptyDocument, added),
    project: snapshot.project,
    revision: snapshot.project.revision,
  };
}

/**
 * The document after `diff`. Only the maps of the kinds it touches are copied. It does not look for
 * conflicts: the store does (project.commit), and a refused change is followed by a fresh snapshot.
 */
export function applyToDocument(document: DocumentState, diff: Diff): DocumentState {
  const copies = new Copies(document);
  for (const record of diff.removed) copies.delete(record);
  for (const [, after] of diff.changed) copies.set(after);
  for (const record of diff.added) copies.set(record);
  return copies.document();
}

/** True when every record that `diff` changes or removes stands exactly as it says. */
export function stillStands(document: DocumentState, diff: Diff): boolean {
  const befores: readonly Entity[] = [...diff.changed.map(([before]) => before), ...diff.removed];
  return (
    befores.every((before) => isSameRecord(recordLike(document, before), before)) &&
    diff.added.every((record) => recordLike(document, record) === undefined)
  );
}

/** The record with the id and kind of `record`, as it stands now. */
function recordLike(document: DocumentState, record: Entity): Entity | undefined {
  switch (record.kind) {
    case 'image':
      return document.images.get(record.id);
    case 'category':
      return document.categories.get(record.id);
    case 'annotation':
      return document.annotations.get(record.id);
    case 'turn':
      return document.turns.get(record.id);
    case 'target':
      return document.targets.get(record.id);
    default:
      return assertNever(record);
  }
}

function isSameRecord(standing: Entity | undefined, before: Entity): boolean {
  return standing === before || canonical(standing) === canonical(before);
}

/** Records are plain JSON; keys sorted so that the order a door wrote them in does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Copy-on-write over the five maps while one diff is applied. */
class Copies {
  private readonly original: DocumentState;
  private images: Map<ImageId, ImageRecord> | null = null;
  private categories: Map<CategoryId, CategoryRecord> | null = null;
  private annotations: Map<AnnotationId, AnnotationRecord> | null = null;
  private turns: Map<TurnId, TurnRecord> | null = null;
  private targets: Map<TargetId, TargetRecord> | null = null;

  constructor(original: DocumentState) {
    this.original = original;
  }

  set(record: Entity): void {
    switch (record.kind) {
      case 'image':
        (this.images ??= new Map(this.original.images)).set(record.id, record);
        break;
      case 'category':
        (this.categories ??= new Map(this.original.categories)).set(record.id, record);
        break;
      case 'annotation':
        (this.annotations ??= new Map(this.original.annotations)).set(record.id, record);
        break;
      case 'turn':
        (this.turns ??= new Map(this.original.turns)).set(record.id, record);
        break;
      case 'target':
        (this.targets ??= new Map(this.original.targets)).set(record.id, record);
        break;
      default:
        assertNever(record);
    }
  }

  delete(record: Entity): void {
    switch (record.kind) {
      case 'image':
        (this.images ??= new Map(this.original.images)).delete(record.id);
        break;
      case 'category':
        (this.categories ??= new Map(this.original.categories)).delete(record.id);
        break;
      case 'annotation':
        (this.annotations ??= new Map(this.original.annotations)).delete(record.id);
        break;
      case 'turn':
        (this.turns ??= new Map(this.original.turns)).delete(record.id);
        break;
      case 'target':
        (this.targets ??= new Map(this.original.targets)).delete(record.id);
        break;
      default:
        assertNever(record);
    }
  }

  document(): DocumentState {
    return {
      project: this.original.project,
      revision: this.original.revision,
      images: this.images ?? this.original.images,
      categories: this.categories ?? this.original.categories,
      annotations: this.annotations ?? this.original.annotations,
      turns: this.turns ?? this.original.turns,
      targets: this.targets ?? this.original.targets,
    };
  }
}
