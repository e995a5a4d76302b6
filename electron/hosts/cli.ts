#!/usr/bin/env node
import { appFolders, appVersion } from './app-folders.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { runCli, unheard } from './cli/run-cli.ts';

/** Jobs have five seconds to put their things away (open-projects.ts), processes a moment more. Up here: Ctrl-C may come while a command runs. */
const longestFarewellMs = 12_000;

/** `pixellm ...`: the command line door. */
const interruption = new AbortController();
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// `pixellm ask ... | head -1` closes our stdout early: no failure, but nobody listens any more. What was begun is tidied up.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && interruption.signal.reason !== unheard) throw error;
  interruption.abort(unheard);
});

const folders = appFolders(import.meta.dirname, process.env);
process.exitCode = await runCli(process.argv.slice(2), {
  // Loaded when a command needs it: `pixellm --help` answers at once.
  createBackend: async (host) => (await import('../backend/create-backend.ts')).createBackend(host),
  folders,
  version: appVersion(folders),
  signal: interruption.signal,
  streams: { out: process.stdout, err: process.stderr },
  environment: process.env,
  folder: process.cwd(),
});

/** The first Ctrl-C cancels and tidies up; the second one does not wait for that. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  interruption.abort();
  // What cannot be cancelled must not keep the process: a thread that waits in the system holds back even an exit.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), longestFarewellMs).unref();
}
