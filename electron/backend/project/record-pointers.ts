import type { EntityKind } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';

/** What is known of the records' tables without the schemas of the records, which take a thread long to load. */

/** Which column of a kind's table says what a field of its records points to, and the table that this one is in. */
export const pointerColumns: Readonly<
  Record<EntityKind, Readonly<Record<string, { readonly column: string; readonly table: EntityKind }>>>
> = {
  image: {},
  category: {},
  annotation: {
    imageId: { column: 'image_id', table: 'image' },
    categoryId: { column: 'category_id', table: 'category' },
  },
  turn: { imageId: { column: 'image_id', table: 'image' } },
  target: {
    turnId: { column: 'turn_id', table: 'turn' },
    annotationId: { column: 'annotation_id', table: 'annotation' },
  },
};

export const entityKinds = Object.keys(pointerColumns) as EntityKind[]; // the keys above are exactly the kinds

/** @param field the one that cannot be read; left out where the text is not the one that was written */
export function damagedRecord(kind: EntityKind, id: string, field?: string): AppError {
  const fault = field === undefined ? 'is not as it was written' : `cannot be read (field ${field})`;
  const problem = `the ${kind} ${id} ${fault}`;
  return new AppError(
    'project-damaged',
    `The project’s database is damaged: ${problem}. Close the project and open it again: its safety copies are offered then.`,
    { kind, id, problem, ...(field === undefined ? {} : { where: field }) },
  );
}
