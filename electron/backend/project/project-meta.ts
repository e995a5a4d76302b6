import { z } from 'zod';
import { AppError } from '../../common/errors.ts';
import type { Database } from './database.ts';
import { recordSum } from './record-sum.ts';

const metaSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  /** Counts accepted changes of the document. */
  revision: z.int().min(0),
  /** The window's own state, as it last saved it. */
  view: z.record(z.string(), z.unknown()),
});
export type ProjectMeta = Readonly<z.infer<typeof metaSchema>>;

export function readProjectMeta(database: Database): ProjectMeta {
  // NOT NULL TEXT; the checksum is missing before schema 5, and of the word that the project is open
  const rows = database.prepare('SELECT * FROM meta').all() as {
    key: string;
    value: string;
    sum?: number | null;
  }[];
  const wrong = rows.find(({ value, sum }) => typeof sum === 'number' && sum !== recordSum(value));
  if (wrong)
    throw new AppError(
      'project-damaged',
      `what is kept of the project (${wrong.key}) is not as it was written`,
      {},
    );
  const parsed = metaSchema.safeParse(
    Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value)])),
  );
  if (!parsed.success) throw new AppError('project-damaged', 'the project has lost its name or revision', {});
  return parsed.data;
}

export function writeProjectMeta(database: Database, meta: ProjectMeta): void {
  const statement = database.prepare(
    'INSERT INTO meta (key, value, sum) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum WHERE value <> excluded.value',
  );
  for (const [key, value] of Object.entries(meta)) {
    const text = JSON.stringify(value);
    statement.run(key, text, recordSum(text));
  }
}
