import type { Label } from '../../../common/document/label-set.ts';
import type { Attribute } from '../../../common/document/records.ts';
import { isObject } from '../is-object.ts';

/**
 * A class as one of the usual files states it: a name, or an object with `name` and what else is known of it (COCO's `supercategory`,
 * CVAT's `color` and `attributes`). Null for what names none.
 */
export function labelOf(entry: unknown): Label | null {
  if (typeof entry === 'string' || typeof entry === 'number') return named({ name: `${entry}` });
  if (!isObject(entry)) return null;
  // Supervisely says "title".
  const name = entry['name'] ?? entry['label'] ?? entry['title'];
  if (typeof name !== 'string' && typeof name !== 'number') return null;
  const { supercategory } = entry;
  const colour = entry['color'] ?? entry['colour'];
  const attributes = Array.isArray(entry['attributes']) ? entry['attributes'].flatMap(attributeOf) : [];
  return named({
    name: `${name}`,
    ...(typeof supercategory === 'string' && supercategory !== name ? { supercategory } : {}),
    ...(hexOf(colour) === null ? {} : { colour: hexOf(colour) ?? '' }),
    ...(attributes.length > 0 ? { attributes: attributes.slice(0, 100) } : {}),
  });
}

/** "#rrggbb", or three numbers as COCO panoptic and Mapillary have them. */
function hexOf(colour: unknown): string | null {
  if (typeof colour === 'string') return /^#[0-9a-f]{6}$/iu.test(colour) ? colour.toLowerCase() : null;
  if (!Array.isArray(colour) || colour.length !== 3) return null;
  const shades: readonly unknown[] = colour;
  const isShade = (each: unknown): each is number =>
    typeof each === 'number' && Number.isInteger(each) && each >= 0 && each <= 255;
  return shades.every(isShade)
    ? `#${shades.map((each) => each.toString(16).padStart(2, '0')).join('')}`
    : null;
}

function named(label: Label): Label | null {
  return label.name.trim() === '' ? null : label;
}

/** CVAT's kinds of attributes in ours. */
const types: Readonly<Record<string, Attribute['type']>> = {
  select: 'choice',
  radio: 'choice',
  choice: 'choice',
  number: 'number',
  text: 'text',
  checkbox: 'flag',
  flag: 'flag',
};

function attributeOf(entry: unknown): Attribute[] {
  if (!isObject(entry)) return [];
  const { name } = entry;
  const stated = entry['input_type'] ?? entry['type'];
  const type = typeof stated === 'string' && Object.hasOwn(types, stated) ? types[stated] : undefined;
  if (typeof name !== 'string' || name.trim() === '' || name.length > 256 || type === undefined) return [];
  const listed = entry['values'] ?? entry['choices'];
  const values = Array.isArray(listed) ? listed.filter((value) => typeof value === 'string') : [];
  const choices =
    type === 'choice' ? [...new Set(values)].slice(0, 1_000).map((value) => value.slice(0, 1024)) : [];
  const initial = initialOf(entry['default_value'] ?? entry['initial'], type, choices);
  return [{ name: name.trim(), type, choices, initial }];
}

function initialOf(
  value: unknown,
  type: Attribute['type'],
  choices: readonly string[],
): Attribute['initial'] {
  switch (type) {
    case 'choice':
      return typeof value === 'string' && choices.includes(value) ? value : null;
    case 'text':
      return typeof value === 'string' && value !== '' ? value.slice(0, 4096) : null;
    case 'number': {
      const number =
        typeof value === 'number' ? value : Number.parseFloat(typeof value === 'string' ? value : '');
      return Number.isFinite(number) ? number : null;
    }
    case 'flag':
      return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : null;
  }
}
