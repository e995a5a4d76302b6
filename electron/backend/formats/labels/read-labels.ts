import { stat, readFile } from 'node:fs/promises';
import type { Label } from '../../../common/document/label-set.ts';
import { AppError } from '../../../common/errors.ts';
import { fileError } from '../../app/file-errors.ts';
import type { FormatSource } from '../format.ts';
import { decodedText } from '../decoded-text.ts';
import { isObject } from '../is-object.ts';
import { readJsonItems } from '../json-items.ts';
import { plainJson } from '../json-sources.ts';
import { parseYaml } from '../yaml.ts';
import { labelOf } from './label-of.ts';
import { labelsInText } from './labels-in-text.ts';
import { labelsInXml } from './labels-in-xml.ts';

/** What a file of classes holds. */
export interface FoundLabels {
  /** In the file's order, names as they stand there. */
  readonly labels: readonly Label[];
  /** Entries that name no class. */
  readonly passedOver: number;
}

/** A list of classes in text or YAML is small; JSON is read piece by piece and may be any data set. */
const largestTextBytes = 16 * 1024 * 1024;
/** More are a file of something else. */
const mostLabels = 100_000;

/**
 * The classes of a file, told by what is in it: a data set or list in JSON (COCO, LVIS, CVAT's label constructor, Supervisely, a model's `id2label`, plain names), the
 * `names` of a YOLO data.yaml, the labels of CVAT's or Label Studio's XML, or text with a name a line (labels-in-text.ts).
 *
 * @throws AppError 'bad-file' when it holds no classes or is damaged; 'too-large', 'file-not-found', 'file-not-readable'
 */
export async function readLabels(source: FormatSource, signal: AbortSignal): Promise<FoundLabels> {
  const name = source.kind === 'path' ? source.path : source.name;
  const found = /\.json(?:\.gz)?$/iu.test(name)
    ? await fromJson(await plainJson(source, signal), signal)
    : await fromWords(source, name, signal);
  if (found.labels.length === 0) {
    throw new AppError('bad-file', 'No class names were found in this file.', {
      passedOver: found.passedOver,
    });
  }
  return found;
}

/** A file that is no JSON by its name is told by how it begins. */
async function fromWords(source: FormatSource, name: string, signal: AbortSignal): Promise<FoundLabels> {
  const text = await textOf(source);
  if (/\.ya?ml$/iu.test(name)) return fromYaml(text);
  if (/^\s*(?:\{\s*"|\[\s*["{\]])/u.test(text))
    return fromJson({ kind: 'bytes', name, data: new TextEncoder().encode(text) }, signal);
  return text.trimStart().startsWith('<') ? labelsOf(labelsInXml(text, name)) : labelsOf(labelsInText(text));
}

async function fromJson(source: FormatSource, signal: AbortSignal): Promise<FoundLabels> {
  const entries: unknown[] = [];
  const others = new Map(lesserKeys.map((key) => [key, [] as unknown[]]));
  const numbered: { number: number; value: unknown }[] = [];
  const isNumber = (key: string | null): boolean => key !== null && /^\d{1,6}$/u.test(key);
  const isWanted = (key: string | null): boolean =>
    key === null || key === 'categories' || key === 'labels' || isNumber(key) || lesserKeys.includes(key);
  for await (const items of readJsonItems(source, { signal, isWanted })) {
    for (const { key, index, value } of items) {
      const lesser = key === null ? undefined : others.get(key);
      if (lesser !== undefined && value !== null)
        lesser.push(...(index === null ? inNumbers(value) : [value]));
      else if (index !== null && value !== null) entries.push(value);
      else if (isNumber(key)) numbered.push({ number: Number(key), value });
      else if (key === 'categories' && isObject(value)) entries.push(...datumaroLabels(value));
    }
    if (entries.length > mostLabels) throw tooMany();
  }
  if (entries.length > 0) return labelsOf(entries);
  const listed = [...others.values()].find((each) => each.length > 0);
  // A list by numbers, as "0": "cup", is one where nothing else is there.
  return listed === undefined ? inOrder(numbered) : labelsOf(listed);
}

/** Where other programs have their classes; what is called "categories" or "labels" says more. */
const lesserKeys = ['names', 'classes', 'id2label'];

/** `{"0": "cup"}`, as a model's configuration has it. */
function inNumbers(value: unknown): readonly unknown[] {
  if (!isObject(value)) return [];
  const entries = Object.entries(value).map(([key, name]) => ({ number: Number(key), value: name }));
  return entries.toSorted((a, b) => a.number - b.number).map((each) => each.value);
}

/** Names by number or in a list, as Ultralytics writes them; or a list of names and nothing else. */
async function fromYaml(text: string): Promise<FoundLabels> {
  const parsed = await yamlIn(text);
  // ISAT calls them "label", labelme "labels".
  const names = isObject(parsed)
    ? (parsed['names'] ?? parsed['labels'] ?? parsed['label'] ?? parsed['classes'])
    : parsed;
  if (Array.isArray(names)) return labelsOf(names);
  if (!isObject(names)) {
    throw new AppError('bad-file', 'This YAML file has no “names” with the classes in it.', {});
  }
  return inOrder(Object.entries(names).map(([key, value]) => ({ number: Number(key), value })));
}

function inOrder(numbered: readonly { readonly number: number; readonly value: unknown }[]): FoundLabels {
  return labelsOf(numbered.toSorted((a, b) => a.number - b.number).map(({ value }) => value));
}

/** Datumaro keeps its classes under `categories.label.labels`. */
function datumaroLabels({ label }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return isObject(label) && Array.isArray(label['labels']) ? label['labels'] : [];
}

async function yamlIn(text: string): Promise<unknown> {
  try {
    return await parseYaml(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new AppError('bad-file', `This is no YAML file: ${reason}`, {}, { cause: error });
  }
}

function labelsOf(entries: readonly unknown[]): FoundLabels {
  if (entries.length > mostLabels) throw tooMany();
  const labels = entries.flatMap((entry) => labelOf(entry) ?? []).filter(({ name }) => !isNoClass.test(name));
  return { labels, passedOver: entries.length - labels.length };
}

/** What labelme and ISAT write for what is none of the classes. */
const isNoClass = /^_{1,2}(?:ignore|background)_{1,2}$/u;

function tooMany(): AppError {
  return new AppError('too-large', `A label set has at most ${mostLabels} classes; this file has more.`, {});
}

async function textOf(source: FormatSource): Promise<string> {
  const bytes = source.kind === 'bytes' ? source.data : await bytesOf(source.path);
  if (bytes.length > largestTextBytes) throw tooLarge(bytes.length);
  const text = decodedText(bytes);
  if (text.includes('\0')) throw new AppError('bad-file', 'This is no text file.', {});
  return text;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > largestTextBytes) throw tooLarge(size);
    return await readFile(path);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

function tooLarge(bytes: number): AppError {
  return new AppError('too-large', `A list of classes has at most 16 MB; this file has ${bytes} bytes.`, {
    bytes,
  });
}
