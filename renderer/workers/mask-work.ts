import { AppError, fromWireError } from '../../electron/common/errors.ts';
import type { MaskOperations, OperationInput, OperationName, OperationOutput } from './mask-operations.ts';
import type { WorkOrder, WorkResult } from './worker-messages.ts';

interface Waiting {
  readonly order: WorkOrder;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (output: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** The parts of a Worker used here, so that tests can bring one of their own. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent<WorkResult>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(order: WorkOrder): void;
  terminate(): void;
}

/**
 * Runs mask operations in a worker, in order. Cancelling one that has not begun takes it out of the queue;
 * cancelling the one that runs ends the worker, and a new one goes on with the rest.
 */
export class MaskWork implements MaskOperations {
  readonly #start: () => WorkerLike;
  readonly #queue: Waiting[] = [];
  #worker: WorkerLike | null = null;
  #running: Waiting | null = null;
  #lastId = 0;

  constructor(start: () => WorkerLike = startWorker) {
    this.#start = start;
  }

  run<Name extends OperationName>(
    name: Name,
    input: OperationInput<Name>,
    signal?: AbortSignal,
  ): Promise<OperationOutput<Name>> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(cancelled());
        return;
      }
      this.#lastId++;
      const waiting: Waiting = {
        order: { id: this.#lastId, name, input },
        signal,
        // The worker answers an order of this name with its output.
        resolve: (output) => resolve(output as OperationOutput<Name>),
        reject,
      };
      signal?.addEventListener('abort', () => this.#cancel(waiting), { once: true });
      this.#queue.push(waiting);
      this.#next();
    });
  }

  dispose(): void {
    this.#endWorker();
    for (const waiting of [this.#running, ...this.#queue.splice(0)]) waiting?.reject(cancelled());
    this.#running = null;
  }

  #next(): void {
    if (this.#running !== null) return;
    // One signal may end several orders: those behind the one that runs must not be begun to be ended in turn.
    while (this.#queue[0]?.signal?.aborted === true) this.#queue.shift();
    this.#running = this.#queue.shift() ?? null;
    if (this.#running === null) return;
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(this.#running.order);
  }

  #startWorker(): WorkerLike {
    const worker = this.#start();
    worker.onmessage = (event) => this.#finish(event.data);
    worker.onerror = (event) => this.#fail(event.message);
    return worker;
  }

  #finish(result: WorkResult): void {
    const running = this.#running;
    if (running === null || running.order.id !== result.id) return;
    this.#running = null;
    if ('error' in result) running.reject(fromWireError(result.error));
    else running.resolve(result.output);
    this.#next();
  }

  #fail(reason: string): void {
    const running = this.#running;
    this.#running = null;
    this.#endWorker();
    running?.reject(new AppError('internal', `The work on the mask stopped: ${reason || 'out of memory'}.`));
    this.#next();
  }

  #cancel(waiting: Waiting): void {
    const at = this.#queue.indexOf(waiting);
    if (at >= 0) this.#queue.splice(at, 1);
    if (this.#running === waiting) {
      this.#running = null;
      this.#endWorker();
      this.#next();
    }
    waiting.reject(cancelled());
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}

function cancelled(): AppError {
  return new AppError('cancelled', 'Cancelled.');
}

function startWorker(): WorkerLike {
  return new Worker(new URL('./mask-worker.ts', import.meta.url), { type: 'module', name: 'masks' });
}
