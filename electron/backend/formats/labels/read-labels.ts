import { stat, readFile } from 'node:fs/promises';
import type { Label } from '../../../common/document/label-set.ts';
import { AppError } from '../../../common/errors.ts';
import { fileError } from '../../app/file-errors.ts';
import type { FormatSource } from '../format.ts';
import { decodedText, linesOf } from '../decoded-text.ts';
import { isObject } from '../is-object.ts';
import { readJsonItems } from '../json-items.ts';
import { plainJson } from '../json-sources.ts';
import { parseYaml } from '../yaml.ts';
import { labelOf } from './label-of.ts';
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
 * The classes of a file, told by what is in it: a data set or list in JSON (COCO, LVIS, CVAT's label constructor, plain names), the
 * `names` of a YOLO data.yaml, the labels of CVAT's or Label Studio's XML, VOC's labelmap.txt, or text with a name a line.
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
  return text.trimStart().startsWith('<') ? labelsOf(labelsInXml(text, name)) : fromText(text);
}

async function fromJson(source: FormatSource, signal: AbortSignal): Promise<FoundLabels> {
  const entries: unknown[] = [];
  const numbered: { number: number; value: unknown }[] = [];
  const isNumber = (key: string | null): boolean => key !== null && /^\d{1,6}$/u.test(key);
  const isWanted = (key: string | null): boolean =>
    key === null || key === 'categories' || key === 'labels' || isNumber(key);
  for await (const items of readJsonItems(source, { signal, isWanted })) {
    for (const { key, index, value } of items) {
      if (index !== null && value !== null) entries.push(value);
      else if (isNumber(key)) numbered.push({ number: Number(key), value });
      else if (key === 'categories' && isObject(value)) entries.push(...datumaroLabels(value));
    }
    if (entries.length > mostLabels) throw tooMany();
  }
  // A list by numbers, as "0": "cup", is one where nothing else is there.
  return entries.length > 0 ? labelsOf(entries) : inOrder(numbered);
}

/** Names by number or in a list, as Ultralytics writes them; or a list of names and nothing else. */
async function fromYaml(text: string): Promise<FoundLabels> {
  const parsed = await yamlIn(text);
  const names = isObject(parsed) ? parsed['names'] : parsed;
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

/** A name a line; empty lines and those that begin with "#" are none. A number before the name ("0: cup", "0 cup") is its place. */
function fromText(text: string): FoundLabels {
  const lines = linesOf(text).map((line) => line.trim());
  const named = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (named.length > 0 && named.every((line) => vocLabel.test(line))) return labelsOf(named.map(labelOfVoc));
  const isNumbered =
    named.length > 0 && named.every((line, at) => new RegExp(`^${at}(?::\\s*|\\s+)\\S`, 'u').test(line));
  return labelsOf(isNumbered ? named.map((line) => line.replace(/^\d+(?::\s*|\s+)/u, '')) : named);
}

/** A line of VOC's labelmap.txt: name, colour, parts, actions. */
const vocLabel = /^[^:]+:(\d{1,3},\d{1,3},\d{1,3})?:[^:]*:[^:]*$/u;

function labelOfVoc(line: string): object {
  const [name = '', colour = ''] = line.split(':');
  const parts = colour.split(',').map((each) => Number(each).toString(16).padStart(2, '0'));
  return { name, ...(parts.length === 3 ? { color: `#${parts.join('')}` } : {}) };
}

function labelsOf(entries: readonly unknown[]): FoundLabels {
  if (entries.length > mostLabels) throw tooMany();
  const labels = entries.flatMap((entry) => labelOf(entry) ?? []);
  return { labels, passedOver: entries.length - labels.length };
}

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
