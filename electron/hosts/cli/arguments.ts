import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, assert } from '../../common/errors.ts';
import type { CommandGrammar, CommandOption } from './command-grammar.ts';

/** What the person wrote after the command, read by name. Every path is absolute. */
export interface CommandArguments {
  readonly positionals: readonly string[];
  text(name: string): string | null;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  path(name: string): string | null;
  paths(name: string): readonly string[];
  /** @throws UsageError when it is no number between `min` and `max` */
  number(
    name: string,
    range: { readonly min: number; readonly max: number; readonly whole?: boolean },
  ): number | null;
  /** @throws UsageError when it is none of `choices` */
  choice<T extends string>(name: string, choices: readonly T[]): T | null;
  /** A path as the person meant it: seen from the folder the command runs in. */
  readonly resolve: (path: string) => string;
}

/** The command line itself is wrong; the message ends up beside a pointer to the help. */
export class UsageError extends AppError {
  constructor(message: string) {
    super('bad-input', message);
    this.name = 'UsageError';
  }
}

/** Options every command has. */
export const commonOptions: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', help: 'print one JSON value instead of text' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
};

/** @throws UsageError for an unknown option, a missing value, or too few or too many words */
export function parseArguments(
  command: CommandGrammar,
  words: readonly string[],
  folder: string,
): CommandArguments {
  const options = { ...command.options, ...commonOptions };
  const { values, positionals } = parseWords(words, options);
  const { min, max } = command.positionals;
  const isHelp = values['help'] === true;
  if (!isHelp && positionals.length < min) {
    throw new UsageError(`"pixellm ${command.name}" needs ${command.usage || 'more'}.`);
  }
  if (!isHelp && positionals.length > max) throw new UsageError(`What is "${positionals[max]}" for?`);
  return readBy(values, positionals, (path) => resolve(folder, path));
}

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

function parseWords(
  words: readonly string[],
  options: Readonly<Record<string, CommandOption>>,
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    const config = Object.fromEntries(
      Object.entries(options).map(([name, { type, multiple = false, short }]) => [
        name,
        { type, multiple, ...(short === undefined ? {} : { short }) },
      ]),
    );
    return parseArgs({
      args: withNegativeNumbers(words, options),
      options: config,
      allowPositionals: true,
      strict: true,
    });
  } catch (thrown) {
    // Holds because parseArgs throws nothing but its own TypeErrors. Their first sentence is for a person.
    const [sentence = ''] = (thrown as TypeError).message.split(/\.\s|\n/u);
    throw new UsageError(`${sentence.replace(/\.$/u, '')}.`);
  }
}

/** `--threshold -1`: a number below zero is the value of the option before it, not an option of its own. */
function withNegativeNumbers(
  words: readonly string[],
  options: Readonly<Record<string, CommandOption>>,
): string[] {
  const joined: string[] = [];
  for (const [index, word] of words.entries()) {
    if (words.slice(0, index).includes('--')) {
      joined.push(word);
      continue;
    }
    const before = joined.at(-1) ?? '';
    const name = before.startsWith('--') ? before.slice(2) : '';
    const isValue = /^-(?:\d|\.\d)/u.test(word) && options[name]?.type === 'string';
    if (isValue) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

function readBy(
  values: Values,
  positionals: readonly string[],
  resolvePath: (path: string) => string,
): CommandArguments {
  const text = (name: string): string | null => {
    const value = values[name];
    assert(value === undefined || typeof value === 'string', `--${name} is one text`);
    return value ?? null;
  };
  const texts = (name: string): readonly string[] => {
    const value = values[name] ?? [];
    assert(Array.isArray(value), `--${name} may be repeated`);
    return value.filter((item) => typeof item === 'string');
  };
  return {
    positionals,
    text,
    texts,
    flag: (name) => values[name] === true,
    path: (name) => mapPresent(text(name), resolvePath),
    paths: (name) => texts(name).map(resolvePath),
    number: (name, range) => mapPresent(text(name), (written) => readNumber(name, written, range)),
    choice: (name, choices) => mapPresent(text(name), (written) => readChoice(name, written, choices)),
    resolve: resolvePath,
  };
}

function mapPresent<T>(text: string | null, map: (text: string) => T): T | null {
  return text === null ? null : map(text);
}

function readNumber(
  name: string,
  written: string,
  { min, max, whole = false }: { min: number; max: number; whole?: boolean },
): number {
  const value = Number(written);
  const isGood = written.trim() !== '' && value >= min && value <= max && (!whole || Number.isInteger(value));
  if (!isGood)
    throw new UsageError(
      `--${name} wants a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not "${written}".`,
    );
  return value;
}

function readChoice<T extends string>(name: string, written: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === written);
  if (found === undefined)
    throw new UsageError(`--${name} is one of ${choices.join(', ')}, not "${written}".`);
  return found;
}
