import { InferenceClient, type Unnumbered } from './inference-client.ts';
import type { SpawnInference } from './inference-process.ts';
import type { InferenceEvent } from './messages.ts';

/** Conversion and verification read gigabytes: a second cancel-worthy wait is longer than for a question. */
const graceMs = 10_000;

/**
 * Runs one long task in a process of its own, so that neither the app nor a question waits for it, and ends the process: it is gone when this is over.
 *
 * @returns what the task answers
 * @throws AppError with what it failed with, 'inference-crashed'; AbortError when cancelled, at once
 */
export async function* runInOwnProcess(
  spawn: SpawnInference,
  request: Unnumbered,
  signal: AbortSignal,
): AsyncGenerator<InferenceEvent, unknown> {
  const client = new InferenceClient(spawn());
  const stop = new AbortController();
  const running = client.run(request, { signal: AbortSignal.any([signal, stop.signal]), graceMs });
  try {
    return yield* running.events;
  } finally {
    stop.abort();
    // A cancelled task tidies up its unfinished files first.
    await running.settled;
    client.kill();
    await client.exited;
  }
}
