#!/usr/bin/env node
import { appFolders, appVersion } from './app-folders.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { runCli } from './cli/run-cli.ts';

/** `pixellm ...`: the command line door. */
const interruption = new AbortController();
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// `pixellm model list | head -1` closes our stdout early: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.done);
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
}
