import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program that had the terminal came to its end. */
export interface ChildEnd {
  readonly code: number;
  /** The person stopped it. */
  readonly wasStopped: boolean;
  readonly livedMs: number;
}

/** Hands the terminal over to a program and waits for its end. */
export async function runChild(program: string, args: readonly string[]): Promise<ChildEnd> {
  const startedAt = Date.now();
  const child = spawn(program, args, { stdio: 'inherit' });
  let wasStopped = false;
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
  const stay = (): void => {
    wasStopped = true;
  };
  const passOn = (signal: NodeJS.Signals): void => {
    wasStopped = true;
    child.kill(signal);
  };
  process.on('SIGINT', stay);
  process.on('SIGTERM', passOn);
  try {
    const [code, signal] = await endOf(child);
    return { code: code ?? (signal === 'SIGINT' ? 130 : 1), wasStopped, livedMs: Date.now() - startedAt };
  } finally {
    process.off('SIGINT', stay);
    process.off('SIGTERM', passOn);
  }
}

async function endOf(
  child: ReturnType<typeof spawn>,
): Promise<readonly [number | null, NodeJS.Signals | null]> {
  try {
    return (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  } catch {
    return [1, null]; // it is not there, or may not be run
  }
}

/** A window that ends in failure sooner than this never came up. */
const startUpMs = 10_000;

export function neverCameUp({ code, wasStopped, livedMs }: ChildEnd): boolean {
  return code !== 0 && !wasStopped && livedMs < startUpMs;
}
