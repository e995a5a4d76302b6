import { AppError, isAbort } from '../../common/errors.ts';
import { UsageError, parseArguments } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { commands } from './commands.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { helpOf, overview } from './help.ts';
import { type Terminal, type TerminalStreams, createTerminal } from './terminal.ts';

export interface CliSurroundings
  extends Pick<CommandContext, 'signal' | 'folders' | 'version' | 'createBackend'> {
  readonly streams: TerminalStreams;
  readonly environment: NodeJS.ProcessEnv;
  /** The folder the command runs in. */
  readonly folder: string;
}

/** Why a command is stopped whose output nobody reads any more: that is its end, and no failure. */
export const unheard = new DOMException('Nobody reads on.', 'AbortError');

/** Runs one command line to its end. Never throws: what goes wrong is said on stderr (or as JSON) and in the code. */
export async function runCli(words: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const { streams, environment } = surroundings;
  const terminal = createTerminal(streams, { isJson: words.includes('--json'), environment });
  try {
    return await dispatch(words, terminal, surroundings);
  } catch (thrown) {
    return surroundings.signal.reason === unheard ? exitCodes.done : report(thrown, terminal);
  }
}

async function dispatch(
  words: readonly string[],
  terminal: Terminal,
  surroundings: CliSurroundings,
): Promise<ExitCode> {
  const [first] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.line(overview(commands));
    return first === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (first === '--version') {
    terminal.line(surroundings.version);
    terminal.result({ version: surroundings.version });
    return exitCodes.done;
  }
  const { command, rest } = findCommand(words);
  const input = parseArguments(command, rest, surroundings.folder);
  if (input.flag('help')) {
    terminal.line(helpOf(command));
    return exitCodes.done;
  }
  return command.run({ ...surroundings, input, terminal });
}

function findCommand(words: readonly string[]): {
  readonly command: Command;
  readonly rest: readonly string[];
} {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command) return { command, rest: words.slice(length) };
  }
  const family = commands.filter((command) => command.name.startsWith(`${words[0]} `));
  if (family.length === 0) throw new UsageError(`There is no command "${words[0]}".`);
  const names = family.map((command) => `"pixellm ${command.name}"`).join(', ');
  throw new UsageError(`"pixellm ${words[0]}" is one of ${names}.`);
}

function report(thrown: unknown, terminal: Terminal): ExitCode {
  const isInterrupted = isAbort(thrown) || (thrown instanceof AppError && thrown.code === 'cancelled');
  if (isInterrupted) {
    terminal.warn('Interrupted. Nothing that was finished is lost.');
    terminal.result({ error: { code: 'cancelled', message: 'Interrupted.', details: {} } });
    return exitCodes.interrupted;
  }
  if (!(thrown instanceof AppError)) {
    const trace = thrown instanceof Error ? thrown.stack : String(thrown);
    terminal.warn(
      `Something went wrong inside the app. This is a bug; please report it with these lines:\n${trace}`,
    );
    terminal.result({ error: { code: 'internal', message: String(thrown), details: {} } });
    return exitCodes.internal;
  }
  const { code, message, details } = thrown;
  terminal.warn(message);
  if (thrown instanceof UsageError) terminal.warn('See "pixellm --help".');
  if (code === 'project-not-found')
    terminal.warn(
      '"pixellm project create NAME" makes one; "pixellm project list" shows those that are known.',
    );
  terminal.result({ error: { code, message, details } });
  if (thrown instanceof UsageError) return exitCodes.usage;
  return code === 'internal' ? exitCodes.internal : exitCodes.failed;
}
