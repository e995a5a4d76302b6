import { setImmediate } from 'node:timers/promises';
import { applyToDocument, documentOfRecords } from '../../common/document/apply-to-document.ts';
import { type EntityMap, isEmptyDiff, type Standing } from '../../common/document/diff.ts';
import type { Document } from '../../common/document/document.ts';
import type {
  AnnotationRecord,
  Diff,
  Entity,
  EntityId,
  TargetRecord,
  TurnRecord,
} from '../../common/document/records.ts';
import { longTextOf, recordParts } from '../../common/document/record-parts.ts';
import { isUnreviewed } from '../../common/document/review.ts';
import type { Counts, Tally } from './check-records.ts';
import { type Database, translating } from './database.ts';
import { LazyMap } from './lazy-map.ts';
import { jsonArrayOf, MapAtMoment } from './standing-moment.ts';
import { isMany, StoredMap, type ManyRecord } from './stored-map.ts';
import { recordOf, type StoredRow } from './record-tables.ts';

/** The records of a project as they stood at one moment. It costs the room of what is changed meanwhile, until it is let go. */
export interface Moment {
  readonly document: Document;
  /** All records, some at a time as a JSON array, UTF-8: images and categories first, then the others in the order in which they came. */
  json(): Generator<Uint8Array, undefined>;
  release(): void;
}

/**
 * All records of an open project, by id and by kind. Images and categories, of which there are few and whose order is remembered by their map,
 * stand in memory; the others are read from the database when they are asked for.
 */
export class StoredRecords implements Standing {
  readonly entities: EntityMap;
  readonly #annotations: StoredMap<AnnotationRecord>;
  readonly #turns: StoredMap<TurnRecord>;
  readonly #targets: StoredMap<TargetRecord>;
  readonly #moments = new Set<Noting>();
  #document: Document;
  #unreviewed = 0;

  private constructor(
    database: Database,
    file: string,
    { counts, few }: { readonly counts: Counts; readonly few: readonly Entity[] },
  ) {
    this.#annotations = new StoredMap(database, file, { kind: 'annotation', size: counts.annotation });
    this.#turns = new StoredMap(database, file, { kind: 'turn', size: counts.turn });
    this.#targets = new StoredMap(database, file, { kind: 'target', size: counts.target });
    const { images, categories } = documentOfRecords(few);
    this.#document = {
      ...{ images, categories },
      ...{ annotations: this.#annotations, turns: this.#turns, targets: this.#targets },
    };
    this.entities = new EntitiesOf(() => this.#document);
  }

  /**
   * @param file the database's, for what is said of failures
   * @throws AppError 'project-damaged' for an image or a category that is not as it was written
   */
  static async read(database: Database, file: string, counts: Counts): Promise<StoredRecords> {
    const few: Entity[] = [];
    for (const kind of ['image', 'category'] as const) {
      for (let last = 0; ; await setImmediate()) {
        const rows = translating(file, () => fewAfter(database, kind, last));
        for (const row of rows) few.push(recordOf(kind, row));
        const end = rows.at(-1);
        if (end === undefined) break;
        last = end.rowid;
      }
    }
    return new StoredRecords(database, file, { counts, few });
  }

  get document(): Document {
    return this.#document;
  }

  /** Masks that nobody has accepted or rejected yet. */
  get unreviewed(): number {
    return this.#unreviewed;
  }

  /** What was found out while all of them were looked at; before the first change. */
  tally({ unreviewed }: Tally): void {
    this.#unreviewed = unreviewed;
  }

  get(id: EntityId): Entity | undefined {
    return this.entities.get(id);
  }

  *pointingTo({ kind, id }: Entity): Generator<Entity> {
    if (kind === 'image') {
      yield* this.#annotations.groupOf('imageId', id);
      yield* this.#turns.groupOf('imageId', id);
    } else if (kind === 'category') yield* this.#annotations.groupOf('categoryId', id);
    else if (kind === 'turn') yield* this.#targets.groupOf('turnId', id);
    else if (kind === 'annotation') yield* this.#targets.groupOf('annotationId', id);
  }

  /** To be called before a change that fits (`checkFits`) is written: whoever reads the records as they stood keeps what it takes away. */
  prepare(diff: Diff): void {
    if (this.#moments.size === 0) return;
    const going = [...diff.removed, ...diff.changed.map(([before]) => before)].filter(isMany);
    for (const { note } of this.#moments) going.forEach(note);
  }

  /** To be called once the change was written. */
  follow(diff: Diff): void {
    this.#annotations.follow(ofKind(diff, 'annotation'));
    this.#turns.follow(ofKind(diff, 'turn'));
    this.#targets.follow(ofKind(diff, 'target'));
    const come = [...diff.added, ...diff.changed.map(([, after]) => after)];
    const gone = [...diff.removed, ...diff.changed.map(([before]) => before)];
    this.#unreviewed += unreviewedIn(come) - unreviewedIn(gone);
    const added = diff.added.filter(isMany);
    for (const { noteAdded } of this.#moments) added.forEach(noteAdded);
    const few = onlyFew(diff);
    if (isEmptyDiff(few)) return;
    const { images, categories } = applyToDocument(this.#document, few);
    this.#document = { ...this.#document, images, categories };
  }

  /** To be let go by whoever asked for it. */
  moment(): Moment {
    const { images, categories } = this.#document;
    const annotations = new MapAtMoment(this.#annotations);
    const turns = new MapAtMoment(this.#turns);
    const targets = new MapAtMoment(this.#targets);
    const maps = { annotation: annotations, turn: turns, target: targets };
    // Each record goes to the map of its kind.
    const mapOf = (record: ManyRecord) => maps[record.kind] as MapAtMoment<ManyRecord>;
    const noting: Noting = {
      note: (record) => mapOf(record).note(record),
      noteAdded: (record) => mapOf(record).noteAdded(record),
    };
    this.#moments.add(noting);
    return {
      document: { images, categories, annotations, turns, targets },
      *json() {
        const few = [...images.values(), ...categories.values()];
        for (const records of recordParts(few, fewAtOnce, longTextOf))
          yield jsonArrayOf([Buffer.from(records.map((record) => JSON.stringify(record)).join(','))]);
        yield* turns.json();
        yield* targets.json();
        yield* annotations.json();
        return undefined;
      },
      release: () => void this.#moments.delete(noting),
    };
  }
}

/** Hears of what is about to be taken away, and of what was added. */
interface Noting {
  note(record: ManyRecord): void;
  noteAdded(record: ManyRecord): void;
}

const fewAtOnce = { records: 500, characters: 1_000_000 };

/** The five maps of a document as one. */
class EntitiesOf extends LazyMap<EntityId, Entity> {
  readonly #document: () => Document;

  constructor(document: () => Document) {
    super();
    this.#document = document;
  }

  override get(id: EntityId): Entity | undefined {
    for (const map of this.#maps()) {
      const found = map.get(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  override has(id: EntityId): boolean {
    return this.#maps().some((map) => map.has(id));
  }

  override get size(): number {
    return this.#maps().reduce((sum, { size }) => sum + size, 0);
  }

  override *values(): Generator<Entity, undefined> {
    for (const map of this.#maps()) yield* map.values();
    return undefined;
  }

  /** Ids are branded by kind; here one of any kind is looked for. */
  #maps(): readonly ReadonlyMap<string, Entity>[] {
    const { images, categories, annotations, turns, targets } = this.#document();
    return [images, categories, annotations, turns, targets];
  }
}

/** Some rows that come after one: some milliseconds of work. */
function fewAfter(database: Database, kind: 'image' | 'category', rowid: number): readonly StoredRow[] {
  const sql = `SELECT rowid, id, record, sum FROM ${kind} WHERE rowid > ? ORDER BY rowid LIMIT ${fewAtOnce.records}`;
  return database.prepare(sql).all(rowid) as unknown as StoredRow[]; // the columns' types
}

function unreviewedIn(records: readonly Entity[]): number {
  return records.filter((record) => record.kind === 'annotation' && isUnreviewed(record)).length;
}

function ofKind<K extends Entity['kind']>({ added, changed, removed }: Diff, kind: K) {
  const isOfKind = (record: Entity): record is Extract<Entity, { kind: K }> => record.kind === kind;
  return {
    added: added.filter(isOfKind),
    changed: changed.map(([, after]) => after).filter(isOfKind),
    removed: removed.filter(isOfKind),
  };
}

function onlyFew({ added, changed, removed }: Diff): Diff {
  const isFew = (record: Entity): boolean => !isMany(record);
  return {
    added: added.filter(isFew),
    changed: changed.filter(([before]) => isFew(before)),
    removed: removed.filter(isFew),
  };
}
