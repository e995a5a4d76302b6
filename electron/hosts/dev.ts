import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run dev`: builds both sides again as files change and serves the app; the server starts again when the
 * Node side was built, and the page is read again with a reload. Words on the command line go to `serve`.
 */
const root = join(import.meta.dirname, '..', '..');
/** A build writes many files; the server waits until it has been quiet for so long. */
const quietMs = 400;

const needed = [join(root, 'dist', 'node', 'cli.js'), join(root, 'dist', 'renderer', 'index.html')];

const words = process.argv.slice(2);
const builders = [
  runTool('rolldown', ['-c', 'electron/rolldown.config.ts', '--watch']),
  runTool('vite', ['build', '-c', 'renderer/vite.config.ts', '--watch', '--logLevel', 'warn']),
];
let server: ChildProcess | null = null;
let timer: NodeJS.Timeout | undefined;

// Both builders write everything once at their start, which starts the first server.
watch(import.meta.dirname, whenQuiet);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of [...builders, server]) child?.kill(signal);
    process.exit(0);
  });
}

function whenQuiet(): void {
  clearTimeout(timer);
  timer = setTimeout(restartServer, quietMs);
}

function restartServer(): void {
  if (!needed.every((file) => existsSync(file))) return whenQuiet(); // a build is under way
  const start = (): void => {
    server = startServer();
  };
  if (server === null || server.exitCode !== null || server.signalCode !== null) return start();
  server.removeAllListeners('exit').once('exit', start);
  server.kill('SIGINT');
}

/** The usual port, so that a reload finds the new server; the token is new, so its address is printed again. */
function startServer(): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'cli.js'), 'serve', ...words], {
    stdio: 'inherit',
  });
}

function runTool(name: string, args: readonly string[]): ChildProcess {
  const isWindows = process.platform === 'win32';
  const program = join(root, 'node_modules', '.bin', isWindows ? `${name}.cmd` : name);
  return spawn(program, args, { cwd: root, stdio: 'inherit', shell: isWindows });
}
