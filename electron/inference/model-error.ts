import { ModelError, type ModelErrorCode } from '../../native-models/errors.ts';
import { AppError, toWireError, type ErrorCode, type WireError } from '../common/errors.ts';

/** What went wrong in the model room, in the app's codes; the model's own code stays in the details. */
const codes: Readonly<Record<ModelErrorCode, ErrorCode>> = {
  'checkpoint-not-found': 'checkpoint-invalid',
  'checkpoint-corrupt': 'checkpoint-invalid',
  'checkpoint-unsafe': 'checkpoint-invalid',
  'checkpoint-unsupported': 'checkpoint-invalid',
  'checkpoint-missing-shard': 'checkpoint-invalid',
  'checkpoint-wrong-index': 'checkpoint-invalid',
  'checkpoint-missing-tensor': 'checkpoint-invalid',
  'checkpoint-unused-tensor': 'checkpoint-invalid',
  'checkpoint-wrong-shape': 'checkpoint-invalid',
  'checkpoint-unknown-dtype': 'checkpoint-invalid',
  'checkpoint-not-finite': 'checkpoint-invalid',
  'config-invalid': 'checkpoint-invalid',
  'tokenizer-invalid': 'model-damaged',
  'codebook-missing': 'checkpoint-invalid',
  'codebook-invalid': 'checkpoint-invalid',
  'vision-tower-mismatch': 'checkpoint-invalid',
  'output-exists': 'conversion-failed',
  'output-not-writable': 'file-not-writable',
  'disk-full': 'disk-full',
  cancelled: 'cancelled',
  'manifest-invalid': 'model-damaged',
  'model-damaged': 'model-damaged',
  'provider-missing': 'provider-unavailable',
  'provider-failed': 'model-load-failed',
  'out-of-memory': 'model-does-not-fit',
  'image-invalid': 'image-damaged',
  'image-too-thin': 'bad-input',
  'prompt-too-long': 'prompt-too-long',
  'answer-not-finite': 'model-damaged',
  'segmenter-unknown': 'segmenter-unknown',
  'prompt-unsupported': 'bad-input',
  // What computes gave up: a damaged model or the device, not a bug of the app.
  'run-failed': 'inference-crashed',
};

export function toAppError(error: unknown): unknown {
  if (!(error instanceof ModelError)) return error;
  return new AppError(
    codes[error.code],
    error.message,
    { ...error.details, modelCode: error.code },
    { cause: error },
  );
}

export function toInferenceFailure(error: unknown): WireError {
  return toWireError(toAppError(error));
}
