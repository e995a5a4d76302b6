import { extname } from 'node:path';
import { isObject } from './is-object.ts';

/** What programs write that no reader here is for, by its name: so that a person knows what it is that has to be converted. */

/**
 * @param keys the outermost keys of a JSON file that is no list
 * @param first the first entry of its "annotations"
 * @param member what stands under its first key
 */
export function foreignJson({
  keys,
  first,
  member,
}: {
  readonly keys: ReadonlySet<string>;
  readonly first: unknown;
  readonly member: unknown;
}): string | null {
  const file = (...names: readonly string[]): boolean => names.every((name) => keys.has(name));
  if (file('_via_img_metadata') || file('_via_settings') || file('project', 'metadata', 'file'))
    return 'a VIA project';
  if (hasKeys(member, ['filename', 'regions'])) return 'a file of VIA regions';
  if (file('info', 'objects') && hasKeys(member, ['description', 'name'])) return 'an ISAT file';
  if (file('objects', 'size')) return 'a Supervisely file';
  if (file('classes', 'tags') && !keys.has('images')) return 'the list of classes of a Supervisely project';
  if (file('item', 'annotations')) return 'a Darwin (V7) file';
  if (file('instances', 'metadata')) return 'a SuperAnnotate file';
  if (file('data_row', 'projects')) return 'a Labelbox export';
  if (file('image', 'annotations') && hasKeys(first, ['predicted_iou'])) return 'an SA-1B file';
  if (file('objects', 'width', 'height')) return 'a file of Mapillary polygons';
  return null;
}

export function hasKeys(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => name in value);
}

/** A table or another file that holds annotations, by its name and first line; null for what says nothing. */
export function foreignFile(name: string, firstLine: string): string | null {
  const ending = extname(name).toLowerCase();
  if (ending !== '.csv') return endings.get(ending) ?? null;
  return tables.find(([head]) => firstLine.includes(head))?.[1] ?? 'a table (CSV)';
}

/** By a column that only they have. */
const tables = [
  ['region_shape_attributes', 'a table of VIA regions'],
  ['MaskPath', 'a table of Open Images'],
  ['EncodedPixels', 'a table of run lengths'],
  ['xmin', 'a table of boxes'],
] as const;

const endings: ReadonlyMap<string, string> = new Map([
  ['.ndjson', 'a file of JSON lines'],
  ['.jsonl', 'a file of JSON lines'],
  ['.tfrecord', 'a TFRecord'],
  ['.tfrecords', 'a TFRecord'],
  ['.parquet', 'a Parquet table'],
  ['.mat', 'a file of MATLAB'],
  ['.npy', 'an array of NumPy'],
  ['.npz', 'an array of NumPy'],
]);
