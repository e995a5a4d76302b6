import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Node's own report of a process that does not go on: where its JavaScript stands and what it waits for. */
export interface Reports {
  /** Words for the process's node. */
  readonly words: readonly string[];
  /** Asked of one that was started with these words; in a line. */
  of(child: ChildProcess): Promise<string>;
  remove(): void;
}

/** What a report holds of what is asked here. */
interface Report {
  /** None while it waits. */
  readonly javascriptStack?: { readonly stack?: readonly string[] };
  readonly libuv: readonly { readonly type: string; readonly is_active?: boolean }[];
}

export function openReports(): Reports {
  const folder = mkdtempSync(join(tmpdir(), 'pixellm-reports-'));
  return {
    words: ['--report-on-signal', '--report-signal=SIGUSR2', `--report-directory=${folder}`],
    async of(child) {
      if (child.signalCode !== null) return `ended by ${child.signalCode}`;
      child.kill('SIGUSR2');
      await sleep(3_000);
      const name = readdirSync(folder).find((each) => each.includes(`.${child.pid}.`));
      // A thread that computes without an end writes none.
      if (name === undefined) return 'it answers no signal: it computes';
      const { javascriptStack, libuv } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report; // Node's
      const active = libuv.filter((handle) => handle.is_active === true).map(({ type }) => type);
      const stack = javascriptStack?.stack ?? [];
      return `at ${stack.slice(0, 6).join(' < ') || 'no script'}; waits for ${active.join(', ')}`;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
