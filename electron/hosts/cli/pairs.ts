import { type CommandArguments, UsageError } from './arguments.ts';

/** Repeated `--option name=value` as a record. */
export function readPairs(name: string, input: CommandArguments): Record<string, string> {
  return Object.fromEntries(
    input.texts(name).map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--${name} wants NAME=VALUE, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
