import { longestMessage, mostDetails, shortened } from './limits.ts';

/** Every expected failure of the app, by a code that never changes its meaning. */
export const errorCodes = [
  // doors and transport
  'bad-message',
  'bad-input',
  'unknown-method',
  'connection-closed',
  'cancelled',
  'unauthorised',
  'forbidden-path',
  'too-large',
  'internal',
  // files and images
  'file-not-found',
  'file-not-readable',
  'file-not-writable',
  'file-exists',
  'protected-file',
  'disk-full',
  'not-an-image',
  'image-damaged',
  'image-too-small',
  'image-too-large',
  'image-missing',
  'image-changed',
  // project store
  'no-project-open',
  'project-not-found',
  'project-exists',
  'project-newer',
  'project-damaged',
  'project-locked',
  'conflict',
  'invalid-change',
  'unknown-record',
  // masks
  'bad-rle',
  'bad-polygon',
  'mask-size-mismatch',
  // models and inference
  'no-model',
  'model-not-found',
  'model-damaged',
  'model-does-not-fit',
  'model-load-failed',
  'provider-unavailable',
  'inference-crashed',
  'inference-busy',
  'prompt-too-long',
  'checkpoint-invalid',
  'conversion-failed',
  'no-segmenter',
  'segmenter-unknown',
  // formats
  'unknown-format',
  'bad-file',
  'nothing-to-export',
  // jobs and endpoints
  'unknown-job',
  'endpoint-not-set',
  'endpoint-unreachable',
  'endpoint-refused',
  'endpoint-failed',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a door sends instead of an answer: the code, the sentence for a person, the facts. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * An expected failure. `message` is a sentence for a person with the fact that helps;
 * `details` carries the same facts for programs and must survive JSON.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/**
 * The wire form of anything thrown; what is not an AppError becomes `internal` with its message. Of bounded size, and never throws:
 * an error that repeats its input must not become larger than what carries it.
 */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof AppError) {
    const message = shortened(thrown.message, longestMessage);
    return { code: thrown.code, message, details: boundedDetails(thrown.details) };
  }
  if (isAbort(thrown)) return { code: 'cancelled', message: 'Cancelled.', details: {} };
  const reason = shortened(reasonOf(thrown), longestMessage);
  return { code: 'internal', message: `Something went wrong inside the app: ${reason}`, details: {} };
}

/** Facts that are no plain data, or too many, stay behind: the sentence is what a person needs. */
function boundedDetails(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  try {
    const text = JSON.stringify(details, (_key, value: unknown) =>
      typeof value === 'string' ? shortened(value, longestMessage) : value,
    );
    // Holds because a record becomes a JSON object.
    return text.length > mostDetails ? {} : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return {};
  }
}

function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'something that cannot be said'; // an object without a string form
  }
}

export function fromWireError(wire: WireError): AppError {
  return new AppError(wire.code, wire.message, wire.details);
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}

/** Throws a plain Error: a broken promise of our own code, never a fault of the input. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`Broken assumption: ${why}`);
}

export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
