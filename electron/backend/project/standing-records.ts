import { applyToDocument, documentOfRecords } from '../../common/document/apply-to-document.ts';
import { isEmptyDiff, type EntityMap } from '../../common/document/diff.ts';
import type { Document } from '../../common/document/document.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  Diff,
  Entity,
  EntityId,
  TargetId,
  TargetRecord,
  TurnId,
  TurnRecord,
} from '../../common/document/records.ts';
import { carryViews } from '../../common/document/views.ts';

/**
 * All records of an open project, by id and by kind. They are brought up to date in place: a copy of a map with a million masks takes longer
 * than the edit it is for. Images and categories, of which there are few and whose order is remembered by their map, are copied.
 */
export class StandingRecords {
  readonly #entities: Map<EntityId, Entity>;
  readonly #annotations = new Map<AnnotationId, AnnotationRecord>();
  readonly #turns = new Map<TurnId, TurnRecord>();
  readonly #targets = new Map<TargetId, TargetRecord>();
  #document: Document;

  /** @param entities becomes its own */
  constructor(entities: Map<EntityId, Entity>) {
    this.#entities = entities;
    const few = [...entities.values()].filter(isFew);
    const { images, categories } = documentOfRecords(few);
    this.#document = {
      ...{ images, categories },
      ...{ annotations: this.#annotations, turns: this.#turns, targets: this.#targets },
    };
    for (const record of entities.values()) this.#set(record);
  }

  get entities(): EntityMap {
    return this.#entities;
  }

  get document(): Document {
    return this.#document;
  }

  /** Takes in a change that fits (`checkFits`). */
  apply(diff: Diff): void {
    carryViews(this.#document, this.#document, diff);
    for (const record of diff.removed) {
      this.#entities.delete(record.id);
      this.#delete(record);
    }
    for (const record of [...diff.changed.map(([, after]) => after), ...diff.added]) {
      this.#entities.set(record.id, record);
      this.#set(record);
    }
    const few = onlyFew(diff);
    if (isEmptyDiff(few)) return;
    const { images, categories } = applyToDocument(this.#document, few);
    this.#document = { ...this.#document, images, categories };
  }

  #set(record: Entity): void {
    if (record.kind === 'annotation') this.#annotations.set(record.id, record);
    else if (record.kind === 'turn') this.#turns.set(record.id, record);
    else if (record.kind === 'target') this.#targets.set(record.id, record);
  }

  #delete(record: Entity): void {
    if (record.kind === 'annotation') this.#annotations.delete(record.id);
    else if (record.kind === 'turn') this.#turns.delete(record.id);
    else if (record.kind === 'target') this.#targets.delete(record.id);
  }
}

const isFew = ({ kind }: Entity): boolean => kind === 'image' || kind === 'category';

function onlyFew({ added, changed, removed }: Diff): Diff {
  return {
    added: added.filter(isFew),
    changed: changed.filter(([before]) => isFew(before)),
    removed: removed.filter(isFew),
  };
}
