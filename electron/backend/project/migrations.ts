/** One step upward; its number is the `user_version` it leads to. Steps are never edited once they were released. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/**
 * A record is kept whole as JSON (`record`, one of common/document/records.ts); the columns beside it are what the database itself must know:
 * keys and references. References are checked at COMMIT, so that a change may come in any order.
 */
const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE image (
      id TEXT PRIMARY KEY,
      record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT;

    CREATE TABLE category (
      id TEXT PRIMARY KEY,
      record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT;

    CREATE TABLE annotation (
      id TEXT PRIMARY KEY,
      image_id TEXT NOT NULL REFERENCES image (id) DEFERRABLE INITIALLY DEFERRED,
      category_id TEXT REFERENCES category (id) DEFERRABLE INITIALLY DEFERRED,
      record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT;
    CREATE INDEX annotation_of_image ON annotation (image_id);
    CREATE INDEX annotation_of_category ON annotation (category_id);

    CREATE TABLE turn (
      id TEXT PRIMARY KEY,
      image_id TEXT NOT NULL REFERENCES image (id) DEFERRABLE INITIALLY DEFERRED,
      record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT;
    CREATE INDEX turn_of_image ON turn (image_id);

    CREATE TABLE target (
      id TEXT PRIMARY KEY,
      turn_id TEXT NOT NULL REFERENCES turn (id) DEFERRABLE INITIALLY DEFERRED,
      annotation_id TEXT REFERENCES annotation (id) DEFERRABLE INITIALLY DEFERRED,
      record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT;
    CREATE INDEX target_of_turn ON target (turn_id);
    CREATE INDEX target_of_annotation ON target (annotation_id);

    -- Kept apart from the records and without references: undo brings an annotation back, and its logits must still be there.
    CREATE TABLE logits (
      target_id TEXT PRIMARY KEY,
      annotation_id TEXT NOT NULL,
      side INTEGER NOT NULL,
      placement TEXT NOT NULL CHECK (json_valid(placement)),
      half_floats BLOB NOT NULL
    ) STRICT;
    CREATE INDEX logits_of_annotation ON logits (annotation_id);

    -- Size and time of an image's file when its SHA-256 was last known to be right.
    CREATE TABLE image_file (
      image_id TEXT PRIMARY KEY,
      bytes INTEGER NOT NULL,
      modified_ms REAL NOT NULL
    ) STRICT;
  `,
};

/** Questions may refer to masks. A step of its own, so that an older app refuses the project instead of losing them. */
const references: Migration = {
  version: 2,
  sql: `UPDATE turn SET record = json_set(record, '$.references', json('[]'));`,
};

/** Label sets, states of images, and what other data sets carry. */
const labelling: Migration = {
  version: 3,
  sql: `
    UPDATE image SET record = json_set(record, '$.folders', '', '$.state', null, '$.split', null, '$.licence', null, '$.comments', json('[]'));
    UPDATE category SET record = json_set(record, '$.attributes', json('[]'));
    UPDATE annotation SET record = json_set(record, '$.crowd', json('false'), '$.attributes', json('{}'), '$.comments', json('[]'));
    UPDATE turn SET record = json_set(record, '$.draft', json('false'));
    UPDATE target SET record = json_set(record, '$.description', null);
  `,
};

/** A checksum beside each record (record-sum.ts): a disk that flips a bit in a text is found, which SQLite itself does not look for. */
const checksums: Migration = {
  version: 4,
  sql: ['image', 'category', 'annotation', 'turn', 'target']
    .map(
      (table) => `ALTER TABLE ${table} ADD COLUMN sum INTEGER; UPDATE ${table} SET sum = record_sum(record);`,
    )
    .join('\n'),
};

/** The same beside what is kept of a mask's logits and of the project itself. Logits kept before have none. */
const moreChecksums: Migration = {
  version: 5,
  sql: `
    ALTER TABLE logits ADD COLUMN sum INTEGER;
    ALTER TABLE meta ADD COLUMN sum INTEGER;
    UPDATE meta SET sum = record_sum(value);
  `,
};

export const migrations: readonly Migration[] = [first, references, labelling, checksums, moreChecksums];
