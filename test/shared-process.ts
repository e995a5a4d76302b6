import { afterAll, vi } from 'vitest';

/**
 * What makes test files that share a process begin alike: the project's own modules are loaded anew for each (what they remember goes with them;
 * packages stay loaded, which is what sharing saves), stubs and faked clocks are taken back, and a file that leaves the process itself changed fails
 * and is named, instead of another one later.
 */
vi.resetModules();

const before = ofTheProcess();

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  const after = ofTheProcess();
  const changed = Object.keys({ ...before, ...after }).filter((what) => before[what] !== after[what]);
  if (changed.length > 0)
    throw new Error(
      `This file leaves behind in the process it shares: ${changed.join(', ')}. Put it back, or give it a process of its own (test/vitest.config.ts).`,
    );
});

/** What a test may change that no package changes when it is loaded. */
function ofTheProcess(): Readonly<Record<string, string | number | undefined>> {
  const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'message', 'disconnect'] as const;
  return {
    folder: process.cwd(),
    umask: process.umask(),
    ...Object.fromEntries(
      Object.entries(process.env)
        .filter(([name]) => /^(?:PIXELLM_|HOME$|TMPDIR$|PATH$|TZ$|LANG$|NODE_|LD_)/u.test(name))
        .map(([name, value]) => [`environment ${name}`, value]),
    ),
    ...Object.fromEntries(events.map((name) => [`listeners of ${name}`, process.listenerCount(name)])),
  };
}
