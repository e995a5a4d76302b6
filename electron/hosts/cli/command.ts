import type { Backend } from '../../backend/backend.ts';
import type { Host } from '../../backend/host.ts';
import type { AppFolders } from '../app-folders.ts';
import type { CommandArguments } from './arguments.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  /** What stands for the value in the help: DIR, FILE, N. */
  readonly value?: string;
  readonly help: string;
}

/** One command of `pixellm`; its file says everything about it. */
export interface Command {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name, before the options. */
  readonly usage: string;
  /** More help: an example, or what is not obvious. */
  readonly details?: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly positionals: { readonly min: number; readonly max: number };
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
