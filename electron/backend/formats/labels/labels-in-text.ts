import { AppError } from '../../../common/errors.ts';
import { linesOf } from '../decoded-text.ts';

/**
 * The classes of a text, as programs write them a line each: a name alone, behind its number or its colour, a row of a table, an item of TensorFlow's label map. Empty lines
 * and those that begin with "#" are none.
 *
 * @returns entries for label-of.ts
 * @throws AppError 'bad-file' for a text that only says where the names are
 */
export function labelsInText(text: string): readonly unknown[] {
  const items = [...text.matchAll(/\bitem\s*\{([^{}]*)\}/gu)];
  if (items.length > 0)
    return items.map(([, item = '']) => valueIn(item, 'display_name') ?? valueIn(item, 'name'));
  const lines = linesOf(text)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [first = ''] = lines;
  const place = lines
    .map((line) => /^names\s*=\s*(\S.*)$/u.exec(line)?.[1])
    .find((each) => each !== undefined);
  if (place !== undefined)
    throw new AppError('bad-file', `This file says where the names are, in ${place}. Choose that file.`);
  const table = tableOf(lines);
  if (table !== null) return table;
  for (const form of [vocLabel, colourFirst, colourLast]) {
    const found = lines.map((line) => form(line));
    if (found.every((each) => each !== null)) return found;
  }
  const [only, ...others] = lines;
  if (only !== undefined && others.length === 0 && only.includes(',')) return only.split(',').map(unquoted);
  const names = isNumbered(lines) ? lines.map((line) => line.replace(numberBefore, '')) : lines;
  return first === '' ? [] : names.map(unquoted);
}

/** "0: cup", "0 cup", "1\tcup", "0,cup". */
const numberBefore = /^(\d{1,6})(:\s*|\t\s*|\s*,\s*|\s+)(?=\S)/u;

/** Numbers that rise behind a sign that only a list has; behind a space ("2 seater") they have to count on from 0 or 1. */
function isNumbered(lines: readonly string[]): boolean {
  let before = -1;
  for (const [at, line] of lines.entries()) {
    const [, number, sign = ''] = numberBefore.exec(line) ?? [];
    if (number === undefined || Number(number) <= before) return false;
    const isNext = at === 0 ? Number(number) <= 1 : Number(number) === before + 1;
    if (!/[:\t]/u.test(sign) && !isNext) return false;
    before = Number(number);
  }
  return lines.length > 0;
}

type Found = { readonly name: string; readonly color?: readonly number[] } | null;

/** A line of VOC's labelmap.txt: name, colour, parts, actions. */
function vocLabel(line: string): Found {
  const [, name, colour] = /^([^:]+):(\d{1,3},\d{1,3},\d{1,3})?:[^:]*:[^:]*$/u.exec(line) ?? [];
  return name === undefined ? null : { name, ...(colour ? { color: colour.split(',').map(Number) } : {}) };
}

/** CamVid's "64 128 64	Animal". */
function colourFirst(line: string): Found {
  const [, red, green, blue, name] =
    /^(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\S.*)$/u.exec(line) ?? [];
  return name === undefined ? null : { name, color: [red, green, blue].map(Number) };
}

function colourLast(line: string): Found {
  const [, name, red, green, blue] =
    /^([^\d\s].*?)\s*[\s,:]\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})$/u.exec(line) ?? [];
  return name === undefined ? null : { name, color: [red, green, blue].map(Number) };
}

/** Rows under a head that names a column of names; null for a text that has none. */
function tableOf(lines: readonly string[]): readonly unknown[] | null {
  const [head = '', ...rows] = lines;
  const sign = head.includes('\t') ? '\t' : head.includes(';') ? ';' : ',';
  const heads = cellsOf(head, sign).map((each) => each.toLowerCase());
  const isName = (each: string): boolean =>
    /^(?:class|classes|name|class[ _]?name|label|category)$/u.test(each);
  const [at, red, green, blue] = [
    heads.findIndex(isName),
    ...['r', 'g', 'b'].map((each) =>
      heads.findIndex((other) => other === each || other.startsWith(`${each}_`)),
    ),
  ] as [number, number, number, number]; // one and three
  if (heads.length < 2 || at < 0 || rows.length === 0) return null;
  return rows.map((row) => {
    const cells = cellsOf(row, sign);
    const color = [red, green, blue].flatMap((place) => (place < 0 ? [] : [Number(cells[place])]));
    return { name: cells[at] ?? '', ...(color.length === 3 ? { color } : {}) };
  });
}

function cellsOf(row: string, sign: string): string[] {
  const cells = row.match(new RegExp(`"(?:[^"]|"")*"|[^${sign}]+|(?<=${sign})(?=${sign})`, 'gu')) ?? [];
  return cells.map(unquoted);
}

function unquoted(text: string): string {
  const bare = text.trim();
  const [, inside] = /^"(.*)"$/u.exec(bare) ?? /^'(.*)'$/u.exec(bare) ?? [];
  return inside === undefined ? bare : inside.replaceAll('""', '"');
}

function valueIn(item: string, key: string): string | undefined {
  const [, double, single] = new RegExp(`\\b${key}\\s*:\\s*(?:"([^"]*)"|'([^']*)')`, 'u').exec(item) ?? [];
  return double ?? single;
}
