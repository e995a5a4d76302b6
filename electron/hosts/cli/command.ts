import type { Backend } from '../../backend/backend.ts';
import type { Host } from '../../backend/host.ts';
import type { AppFolders } from '../app-folders.ts';
import type { CommandArguments } from './arguments.ts';
import type { CommandGrammar } from './command-grammar.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** One command of `pixellm`; its file says everything about it. */
export interface Command extends CommandGrammar {
  readonly summary: string;
  /** More help: an example, or what is not obvious. */
  readonly details?: string;
  run(context: CommandContext): Promise<ExitCode>;
}

export interface CommandContext {
  readonly input: CommandArguments;
  readonly terminal: Terminal;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  readonly folders: AppFolders;
  readonly version: string;
  /** Makes the one backend of this process; the caller disposes of it. */
  readonly createBackend: (host: Host) => Promise<Backend>;
}
