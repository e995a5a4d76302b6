import { commonOptions } from './arguments.ts';
import type { Command } from './command.ts';
import type { CommandOption } from './command-grammar.ts';

/** `pixellm --help`: every command in one line. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(
    (command) => [`pixellm ${command.name} ${command.usage}`.trim(), command.summary] as const,
  );
  return [
    'PixelLM Studio: talk with images at pixel level.',
    '',
    ...table(rows),
    '',
    'Every command takes --json (one JSON value instead of text) and --help.',
    'Exit codes: 0 done, 1 failed, 2 wrong command line, 3 done but not all good, 70 a bug, 130 interrupted.',
  ].join('\n');
}

/** `pixellm COMMAND --help`. */
export function helpOf(command: Command): string {
  const rows = Object.entries({ ...command.options, ...commonOptions }).map(
    ([name, option]) => [spelling(name, option), option.help] as const,
  );
  return [
    `pixellm ${command.name} ${command.usage}`.trim(),
    '',
    command.summary,
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    ...table(rows),
  ].join('\n');
}

function spelling(name: string, option: CommandOption): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : '';
  return `${short}--${name}${value}${option.multiple ? ' ...' : ''}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(44, Math.max(...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) =>
    left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`,
  );
}
