import type { Attribute } from './records.ts';
import type { Document } from './document.ts';
import { categoriesInOrder } from './views.ts';

/** CVAT's names of ours. */
const inputTypes = { choice: 'select', number: 'number', text: 'text', flag: 'checkbox' } as const;

/**
 * The label set as a file that this app, CVAT's label constructor ("Raw") and whoever reads such lists take: JSON, a class each with its
 * colour and attributes, in their order. The supercategory is a field that CVAT passes over.
 */
export function labelFileText({ categories }: Pick<Document, 'categories'>): string {
  const labels = categoriesInOrder(categories).map(({ name, colour, supercategory, attributes }) => ({
    ...{ name, color: colour, type: 'any' },
    ...(supercategory === '' ? {} : { supercategory }),
    attributes: attributes.map(definition),
  }));
  return `${JSON.stringify(labels, null, 2)}\n`;
}

function definition({ name, type, choices, initial }: Attribute): object {
  const given = initial === null ? '' : String(initial);
  // CVAT wants values of every kind: the others' is what they begin with.
  const values = type === 'choice' ? choices : [given];
  return { name, input_type: inputTypes[type], mutable: false, values, default_value: given };
}
