import type { Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { textOf, type FileTree } from '../dataset/file-tree.ts';
import { linesOf } from '../decoded-text.ts';
import { isObject } from '../is-object.ts';
import { parseYaml } from '../yaml.ts';
import type { ClassNames } from './rows.ts';

/** What the files around the labels say of them. */
export interface Setup {
  /** Null where no file names the classes. */
  readonly names: ClassNames | null;
  /** Folders and lists of pictures that are a part of the data set; of paths the end that lies in what was given. */
  readonly parts: readonly { readonly split: Split; readonly path: string }[];
  /** How many numbers of key points stand behind each box. */
  readonly keypoints: number;
}

/** data.yaml as Ultralytics has it; else the lists that older tools (Darknet, CVAT, LabelImg) write. @throws AppError 'bad-file' for a yaml that is none */
export async function setupOf(tree: FileTree): Promise<Setup> {
  const files = tree.names.filter((name) => /\.ya?ml$/iu.test(name));
  for (const file of files) {
    const value = await yamlIn(tree, file);
    const names = namesIn(value['names']);
    if (names === null) continue;
    return { names, parts: partsIn(value), keypoints: keypointsIn(value['kpt_shape']) };
  }
  return { names: await namesOfText(tree), parts: [], keypoints: 0 };
}

async function yamlIn(tree: FileTree, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = await parseYaml(linesOf((await textOf(tree, file)) ?? '').join('\n'));
    return isObject(value) ? value : {};
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new AppError('bad-file', `${file} is no YAML: ${reason}`, { file });
  }
}

function namesIn(names: unknown): ClassNames | null {
  if (Array.isArray(names)) return names.map(nameOf);
  if (!isObject(names)) return null;
  const list: (string | undefined)[] = [];
  for (const [key, name] of Object.entries(names))
    if (/^\d{1,5}$/u.test(key)) list[Number(key)] = nameOf(name, Number(key));
  return Array.from(list);
}

function nameOf(value: unknown, number: number): string {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const name = isPlain ? String(value) : '';
  return name.trim() === '' ? `class ${number}` : name;
}

function partsIn(value: Readonly<Record<string, unknown>>): Setup['parts'] {
  return (['train', 'val', 'test'] as const).flatMap((split) => {
    const stated = value[split];
    const paths: readonly unknown[] = Array.isArray(stated) ? stated : [stated];
    return paths.flatMap((path) =>
      typeof path === 'string' && path !== '' ? [{ split, path: insideOf(path) }] : [],
    );
  });
}

/** "../images/a" and "./images/a/" are "images/a"; of an absolute path what follows the last place that could be the root is unknown, so it begins at "images". */
function insideOf(path: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const isAbsolute = path.startsWith('/') || /^[a-z]:/iu.test(path);
  return (isAbsolute ? parts.slice(Math.max(0, parts.lastIndexOf('images'))) : parts).join('/');
}

function keypointsIn(shape: unknown): number {
  if (!Array.isArray(shape)) return 0;
  const [points, each]: readonly unknown[] = shape;
  return typeof points === 'number' && typeof each === 'number' && points > 0 && each > 0 ? points * each : 0;
}

/** Older tools write a list of names. */
async function namesOfText(tree: FileTree): Promise<string[] | null> {
  const file = tree.names.find((name) => /(?:^|\/)(?:classes\.txt|[^/]*\.names)$/iu.test(name));
  const text = file === undefined ? null : await textOf(tree, file);
  return text === null
    ? null
    : linesOf(text)
        .map((line) => line.trim())
        .filter((line) => line !== '');
}
