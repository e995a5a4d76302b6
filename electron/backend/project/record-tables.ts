import {
  annotationRecord,
  categoryRecord,
  imageRecord,
  targetRecord,
  turnRecord,
  type Diff,
  type Entity,
  type EntityKind,
} from '../../common/document/records.ts';
import { AppError, assertNever } from '../../common/errors.ts';
import { type QuickCheck, quickCheck } from '../../common/quick-check.ts';
import { type Database, remembering } from './database.ts';
import { damagedRecord } from './record-pointers.ts';
import { recordSum } from './record-sum.ts';

type Value = string | number | null;

const schemas = {
  image: imageRecord,
  category: categoryRecord,
  annotation: annotationRecord,
  turn: turnRecord,
  target: targetRecord,
} as const satisfies Record<EntityKind, unknown>;

/** Records are read by the hundred thousand, and nearly all of them are as they should be. */
const isCertainly = {
  image: quickCheck(imageRecord),
  category: quickCheck(categoryRecord),
  annotation: quickCheck(annotationRecord),
  turn: quickCheck(turnRecord),
  target: quickCheck(targetRecord),
} as const satisfies Record<EntityKind, QuickCheck>;

const writeRecord: Record<EntityKind, string> = {
  image: 'INSERT INTO image (record, sum, id) VALUES (?, ?, ?)',
  category: 'INSERT INTO category (record, sum, id) VALUES (?, ?, ?)',
  annotation: 'INSERT INTO annotation (record, sum, image_id, category_id, id) VALUES (?, ?, ?, ?, ?)',
  turn: 'INSERT INTO turn (record, sum, image_id, id) VALUES (?, ?, ?, ?)',
  target: 'INSERT INTO target (record, sum, turn_id, annotation_id, id) VALUES (?, ?, ?, ?, ?)',
};
const rewriteRecord: Record<EntityKind, string> = {
  image: 'UPDATE image SET record = ?, sum = ? WHERE id = ?',
  category: 'UPDATE category SET record = ?, sum = ? WHERE id = ?',
  annotation: 'UPDATE annotation SET record = ?, sum = ?, image_id = ?, category_id = ? WHERE id = ?',
  turn: 'UPDATE turn SET record = ?, sum = ?, image_id = ? WHERE id = ?',
  target: 'UPDATE target SET record = ?, sum = ?, turn_id = ?, annotation_id = ? WHERE id = ?',
};

/** Writes a change that has been checked; call it inside a transaction. */
export function writeDiff(database: Database, diff: Diff): void {
  // Prepared once for ten thousand records: that is half of the time otherwise.
  const prepared = remembering(database);
  const run = (sql: string, values: readonly Value[]): void => runOnOneRow(prepared(sql), sql, values);
  for (const record of diff.removed) run(`DELETE FROM ${record.kind} WHERE id = ?`, [record.id]);
  for (const [, after] of diff.changed) run(rewriteRecord[after.kind], valuesOf(after));
  for (const record of diff.added) run(writeRecord[record.kind], valuesOf(record));
}

type Statement = ReturnType<Database['prepare']>;

function runOnOneRow(statement: Statement, sql: string, values: readonly Value[]): void {
  const result = statement.run(...values);
  if (Number(result.changes) === 1) return;
  // Memory and file are one: a write that meets no row means they are not. A damaged index is found out so, too.
  throw new AppError(
    'project-damaged',
    'The project’s database does not hold what it held when it was opened; the change was not saved. Close the project and open it again.',
    { sql },
  );
}

/** In the order of the statements above: the record, its checksum, its references, its id. */
function valuesOf(record: Entity): readonly Value[] {
  const json = JSON.stringify(record);
  const sum = recordSum(json);
  switch (record.kind) {
    case 'image':
    case 'category':
      return [json, sum, record.id];
    case 'annotation':
      return [json, sum, record.imageId, record.categoryId, record.id];
    case 'turn':
      return [json, sum, record.imageId, record.id];
    case 'target':
      return [json, sum, record.turnId, record.annotationId, record.id];
    default:
      return assertNever(record);
  }
}

/** A record as its table holds it. */
export interface StoredRow {
  readonly rowid: number;
  readonly id: string;
  readonly record: string;
  readonly sum: number | null;
}

/**
 * The record of a row.
 *
 * @throws AppError 'project-damaged' for one that is not as it was written, or not what its schema says
 */
export function recordOf<K extends EntityKind>(
  kind: K,
  { id, record, sum }: StoredRow,
): Extract<Entity, { kind: K }> {
  if (sum !== recordSum(record)) throw damagedRecord(kind, id);
  const read = asRecord(kind, parseJson(record));
  if (typeof read !== 'string' && read.id === id) return read as Extract<Entity, { kind: K }>; // the schema of that kind took it
  throw damagedRecord(kind, id, typeof read === 'string' ? read : 'id');
}

/** The record, or the field that is not what its schema says. */
function asRecord(kind: EntityKind, value: unknown): Entity | string {
  if (isCertainly[kind](value)) return value as Entity; // the schema would give it back as it is
  const parsed = schemas[kind].safeParse(value);
  return parsed.success ? parsed.data : (parsed.error.issues[0]?.path.join('.') ?? 'id');
}

/** Undefined for what is no JSON: no schema takes it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
