import { ModelError } from '../errors.ts';
import { allFinite } from '../quantise.ts';

/**
 * Stops an answer whose numbers are infinite or no numbers at all (NaN): it would go on as a page of nonsense.
 *
 * @param what  what was computed, as the end of "computed ..."
 * @throws ModelError 'answer-not-finite'
 */
export function requireFinite(numbers: Float32Array, what: string): void {
  if (allFinite(numbers)) return;
  throw new ModelError(
    'answer-not-finite',
    `The model computed ${what} that are infinite or not numbers. Its files are damaged, or this device computes them wrongly: check the model, or choose another device.`,
    { what },
  );
}
