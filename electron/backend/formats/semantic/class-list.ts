import { linesOf } from '../decoded-text.ts';
import { isObject } from '../is-object.ts';
import { parseJson } from '../parse-json.ts';
import { type FileTree, textOf } from '../dataset/file-tree.ts';

/**
 * Names by number, the background's first: from a list (`classes.txt`, `labels.txt`, labelme's `label_names.txt`) or from ADE20K's table
 * (`objectInfo150.txt`). Empty where there is none.
 */
export async function classNamesIn(tree: FileTree): Promise<readonly string[]> {
  const table = await fileOf(tree, /(?:^|\/)objectInfo\d+\.txt$/iu);
  if (table !== null) {
    const names = ['background'];
    for (const line of linesOf(table)) {
      const [number = '', , , , , name] = line.split('\t');
      if (/^\d{1,4}$/u.test(number) && name) names[Number(number)] = name.trim();
    }
    return Array.from(names, (name, number) => name ?? `class ${number}`);
  }
  const numbered = await fileOf(tree, /(?:^|\/)_classes\.csv$/iu);
  if (numbered !== null) {
    // Roboflow's "Pixel Value, Class".
    const names: string[] = [];
    for (const line of linesOf(numbered)) {
      const [, number, name] = /^\s*(\d{1,5})\s*,\s*(.*\S)/u.exec(line) ?? [];
      if (number !== undefined && name !== undefined) names[Number(number)] = name;
    }
    return Array.from(names, (name, number) => name ?? `class ${number}`);
  }
  const list = await fileOf(tree, /(?:^|\/)(?:classes|labels|label_names|class_names)\.txt$/iu);
  return linesOf(list ?? '').filter((line) => line !== '');
}

/**
 * Names by colour, R + 256 G + 65536 B: of lines like "64 128 64 Animal" or "Animal,64,128,64" (CamVid's `label_colors.txt`, `class_dict.csv`) and CVAT's
 * `labelmap.txt` ("cup:128,0,0::").
 */
export async function coloursIn(tree: FileTree): Promise<ReadonlyMap<number, string>> {
  const text = await fileOf(
    tree,
    /(?:^|\/)(?:label_?colou?rs?\.(?:txt|csv)|class_dict\.csv|labelmap\.txt)$/iu,
  );
  const byColour = new Map<number, string>();
  for (const line of linesOf(text ?? '')) {
    const before = /^\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[\s,]+(.*\S)/u.exec(line);
    const behind = /^\s*([^#].*?)\s*[:,\t]\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})/u.exec(line);
    const [red, green, blue, name] = before
      ? [before[1], before[2], before[3], before[4]]
      : [behind?.[2], behind?.[3], behind?.[4], behind?.[1]];
    if (name !== undefined) byColour.set(Number(red) + 256 * Number(green) + 65_536 * Number(blue), name);
  }
  return byColour;
}

/** Mapillary's classes by number; `null` stands for what is no class. */
export async function vistasClassesIn(tree: FileTree, path: string): Promise<readonly (string | null)[]> {
  const [, version = ''] = /(?:^|\/)(v\d\.\d)\//u.exec(path) ?? [];
  const text = await fileOf(tree, new RegExp(`(?:^|/)config_${version.replace('.', '\\.')}\\.json$`, 'u'));
  const value = valueOf(text);
  const labels = isObject(value) ? value['labels'] : null;
  if (!Array.isArray(labels)) return [];
  return labels.map((label: unknown, number) => {
    const name = isObject(label) ? label['name'] : null;
    if (typeof name !== 'string') return `class ${number}`;
    return /(?:^|--)unlabeled$/u.test(name) ? null : name;
  });
}

/** The classes of one picture of ADE20K, by their numbers: since 2021 a JSON file beside it names what is in it. */
export async function adeClassesOf(tree: FileTree, labels: string): Promise<ReadonlyMap<number, string>> {
  const value = valueOf(await textOf(tree, labels.replace(/_seg\.png$/iu, '.json')));
  const annotation = isObject(value) ? value['annotation'] : null;
  const objects = isObject(annotation) ? annotation['object'] : null;
  const names = new Map<number, string>();
  for (const object of Array.isArray(objects) ? (objects as readonly unknown[]) : []) {
    if (!isObject(object)) continue;
    const { name, name_ndx: number } = object;
    if (typeof name === 'string' && typeof number === 'number') names.set(number, name);
  }
  return names;
}

/** Null for what is no JSON: a list of names is a help, and nothing that an import fails for. */
function valueOf(text: string | null): unknown {
  try {
    return text === null ? null : parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function fileOf(tree: FileTree, pattern: RegExp): Promise<string | null> {
  const name = tree.names.find((each) => pattern.test(each));
  return name === undefined ? null : textOf(tree, name);
}
