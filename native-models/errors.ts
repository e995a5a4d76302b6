/** Everything that can go wrong with a model in a way a person can act on. The app translates these codes, so they are stable. */
export type ModelErrorCode =
  // reading a checkpoint
  | 'checkpoint-not-found'
  | 'checkpoint-corrupt'
  | 'checkpoint-unsafe'
  | 'checkpoint-unsupported'
  | 'checkpoint-missing-shard'
  | 'checkpoint-wrong-index'
  | 'checkpoint-missing-tensor'
  | 'checkpoint-unused-tensor'
  | 'checkpoint-wrong-shape'
  | 'checkpoint-unknown-dtype'
  | 'checkpoint-not-finite'
  | 'config-invalid'
  | 'tokenizer-invalid'
  | 'codebook-missing'
  | 'codebook-invalid'
  | 'vision-tower-mismatch'
  // writing and checking a model folder
  | 'output-exists'
  | 'output-not-writable'
  | 'disk-full'
  | 'cancelled'
  | 'manifest-invalid'
  | 'model-damaged'
  // running a model
  | 'provider-missing'
  | 'provider-failed'
  | 'out-of-memory'
  | 'image-invalid'
  | 'image-too-thin'
  | 'prompt-too-long'
  | 'answer-not-finite'
  // somebody else's pair of files that finds objects at points
  | 'segmenter-unknown'
  | 'prompt-unsupported'
  | 'run-failed';

/** Facts behind the sentence, for tests and for the app's details view. */
export type ModelErrorDetails = Readonly<Record<string, unknown>>;

/** An expected failure: a stable code, and a sentence for a person that holds the useful fact. Bugs are plain Errors. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly details: ModelErrorDetails;

  constructor(code: ModelErrorCode, message: string, details: ModelErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ModelError';
    this.code = code;
    this.details = details;
  }
}

export function isModelError(error: unknown, code?: ModelErrorCode): error is ModelError {
  return error instanceof ModelError && (code === undefined || error.code === code);
}

/** Throws a plain Error (a bug, not a person's mistake) unless `condition` holds. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`Broken assumption: ${why}`);
}

/** Closes a switch over a union: the compiler refuses the call while a case is open. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${String(value)}`);
}

/** @throws ModelError 'cancelled' once the person has given up waiting */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new ModelError('cancelled', 'Cancelled.');
}

/** The words of a list that may be long: the first few, then how many more. */
export function abbreviateList(names: readonly string[], shown = 8): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(', ')} and ${rest} more` : names.join(', ');
}
