import { z } from 'zod';
import { AppError } from '../../common/errors.ts';
import type { Database } from './database.ts';

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
  const rows = database.prepare('SELECT key, value FROM meta').all() as { key: string; value: string }[]; // NOT NULL TEXT
  const parsed = metaSchema.safeParse(
    Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value)])),
  );
  if (!parsed.success) throw new AppError('project-damaged', 'the project has lost its name or revision', {});
  return parsed.data;
}

export function writeProjectMeta(database: Database, meta: ProjectMeta): void {
  const statement = database.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value',
  );
  for (const [key, value] of Object.entries(meta)) statement.run(key, JSON.stringify(value));
}
