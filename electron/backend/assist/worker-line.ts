import { Worker } from 'node:worker_threads';
import type { AssistReply, AssistRequest } from './assist-messages.ts';

/** Nobody asked for this long: the worker ends and gives its memory back. */
const idleMs = 120_000;

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/**
 * One worker, started when first needed, answering one request at a time; the others wait in order. OpenCV cannot be interrupted, so
 * cancelling a running request ends the worker, and the next one starts a new one.
 */
export interface WorkerLine {
  /** `prepare` runs when it is this request's turn, so that only one picture is in memory. */
  ask(
    prepare: () => Promise<{ readonly request: Unnumbered<AssistRequest>; readonly buffers: ArrayBuffer[] }>,
    signal: AbortSignal,
  ): Promise<AssistReply>;
  /** Counts the workers there have been: what a worker knew is gone with it. */
  generation(): number;
  dispose(): Promise<void>;
}

export function createWorkerLine(workerFile: string): WorkerLine {
  let worker: Worker | null = null;
  let started = 0;
  let nextId = 1;
  let idle: NodeJS.Timeout | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let isDisposed = false;

  const end = async (): Promise<void> => {
    const old = worker;
    worker = null;
    if (idle) clearTimeout(idle);
    await old?.terminate();
  };
  const current = (): Worker => {
    if (isDisposed) throw new Error('The mask assistant is closed.');
    if (idle) clearTimeout(idle);
    if (worker) return worker;
    started++;
    worker = new Worker(workerFile);
    // A worker nobody waits for must not keep the app from ending.
    worker.unref();
    return worker;
  };
  const rest = (): void => {
    idle = setTimeout(() => void end(), idleMs);
    idle.unref();
  };
  const perform: WorkerLine['ask'] = async (prepare, signal) => {
    signal.throwIfAborted();
    const target = current();
    const { request, buffers } = await prepare();
    signal.throwIfAborted();
    const id = nextId++;
    target.ref();
    try {
      return await exchange(target, { ...request, id }, buffers, signal);
    } catch (error) {
      await end();
      throw error;
    } finally {
      target.unref();
      rest();
    }
  };
  return {
    ask(prepare, signal) {
      const mine = turn.then(() => perform(prepare, signal));
      turn = mine.catch(() => undefined);
      return mine;
    },
    generation: () => (worker === null ? started + 1 : started),
    async dispose() {
      isDisposed = true;
      await end();
    },
  };
}

/** Rejects when the worker dies or the request is cancelled; the worker is of no use then. */
async function exchange(
  worker: Worker,
  request: AssistRequest,
  buffers: ArrayBuffer[],
  signal: AbortSignal,
): Promise<AssistReply> {
  const over = new AbortController();
  try {
    return await new Promise<AssistReply>((resolve, reject) => {
      const listen = (name: string, listener: (value: unknown) => void): void => {
        worker.on(name, listener);
        over.signal.addEventListener('abort', () => worker.off(name, listener));
      };
      listen('message', (value) => {
        // Only our own worker talks on this port.
        const reply = value as AssistReply;
        if (reply.id === request.id) resolve(reply);
      });
      listen('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
      listen('exit', (code) => reject(new Error(`The mask assistant stopped with code ${String(code)}.`)));
      const cancel = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', cancel);
      over.signal.addEventListener('abort', () => signal.removeEventListener('abort', cancel));
      worker.postMessage(request, buffers);
    });
  } finally {
    over.abort();
  }
}
